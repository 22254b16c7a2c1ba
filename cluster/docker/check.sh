#!/usr/bin/env bash
# Build the image without Docker, on Debian's Python in the place of the official one, and run docker-compose.yml from it:
# a few minutes and 25 GB in FOLDER. For root; needs buildah, mmdebstrap and iproute2, and of this repository `make test`,
# `make s3-server` and `make kafka-jars` before.
#   check.sh FOLDER [buildah's options, such as --volume /etc/pip.conf:/etc/pip.conf:ro]
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(realpath --canonicalize-missing "${1:?name a folder}")
shift
mkdir -p "$folder"/{storage,run,house}
python=$(sed -n 's/^ARG PYTHON=/docker.io\/library\/python:/p' cluster/docker/Dockerfile)
images() { buildah --storage-driver overlay --root "$folder/storage" --runroot "$folder/run" "$@"; }

if ! images inspect --type image "$python" >/dev/null 2>&1; then
  mmdebstrap --variant=minbase --include=python3.11,python3.11-venv,python3-pip,ca-certificates bookworm "$folder/base.tar"
  base=$(images from scratch)
  images add "$base" "$folder/base.tar" /
  images config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$base"
  images commit --rm "$base" "$python"
fi
images bud --layers --isolation chroot --target cpu --file cluster/docker/Dockerfile --tag callscribe:cpu "$@" .
images inspect --type image callscribe:cpu > "$folder/image.json"
container=$(images from callscribe:cpu)
root=$(images mount "$container")
trap 'images rm "$container" >/dev/null' EXIT
.venv/bin/python -m tests.cluster.check_compose "$root" "$folder/house" "$folder/image.json"
