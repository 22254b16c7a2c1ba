# What checks k8s/: kustomize, the operators' own schemas, and Kubernetes' API server. All of it goes into tools/.
KUSTOMIZE := tools/bin/kustomize
CRDS := tools/crds

.PHONY: manifests
manifests: $(VENV)/.runtime  ## Write the parts of k8s/ that come from the Serve files and from cluster/prometheus anew
	@$(BIN)/python -m cluster.manifests

.PHONY: kubernetes-tools
kubernetes-tools: $(KUSTOMIZE) $(CRDS)/.complete  ## Install what the tests of k8s/ need, where Go and Maven are

$(KUSTOMIZE):
	@GOBIN=$(CURDIR)/tools/bin go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2

$(CRDS)/.complete: k8s/tools/crds.sh k8s/tools/strimzi.xml k8s/tools/strimzi.sha256 | $(VENV)/.bootstrap
	@bash k8s/tools/crds.sh $(CRDS) $(UV)
	@touch $@

.PHONY: kube-apiserver
kube-apiserver:  ## Build Kubernetes' API server and etcd for the tests of k8s/, where Go is
	@cd k8s/tools/apiserver && go build -trimpath -ldflags='-s -w' -o $(CURDIR)/tools/bin/ k8s.io/kubernetes/cmd/kube-apiserver
	@cd k8s/tools/apiserver && go build -trimpath -ldflags='-s -w' -o $(CURDIR)/tools/bin/etcd go.etcd.io/etcd/server/v3
