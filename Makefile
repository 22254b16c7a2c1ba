.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv

# A stack's dozen processes start two to three times faster from compiled modules: Python may keep them in .venv.
unexport PYTHONDONTWRITEBYTECODE

# Two at once: many tests wait more than they work, and each worker may run a stack of its own (5 GB).
AT_ONCE := -n 2 --no-loadscope-reorder

.PHONY: help
help:  ## Show what there is to make
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.bootstrap: locks/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "CallScribe needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make virtual environments; on Debian: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --require-hashes -r locks/bootstrap.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.bootstrap locks/runtime.txt pyproject.toml
	@echo "Installing the packages of locks/runtime.txt into $(VENV) (once) …"
	@$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r locks/runtime.txt
	@$(UV) pip install --python $(BIN)/python --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime locks/dev.txt
	@echo "Installing the packages of locks/dev.txt into $(VENV) (once) …"
	@$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r locks/dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev locks/bench.txt
	@command -v c++ >/dev/null || { echo "meeteval (cpWER) comes as C++ source: install a compiler; on Debian: apt install g++"; exit 1; }
	@echo "Building the packages of locks/bench.txt into $(VENV) (once) …"
	@$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r locks/bench.txt
	@touch $@

$(VENV)/.gpu: $(VENV)/.dev locks/gpu.txt
	@echo "Installing the packages of locks/gpu.txt into $(VENV) (once) …"
	@$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r locks/gpu.txt
	@touch $@

.PHONY: demo
demo: $(VENV)/.runtime  ## Transcribe the bundled meeting to the screen, doing all set-up
	@$(BIN)/callscribe models pull
	@$(BIN)/callscribe transcribe --again demo/meeting_ru_mayak.flac

.PHONY: demo-kontur
demo-kontur: $(VENV)/.runtime  ## Show a meeting coming in from Kontur Talk (a fake space), with real names
	@$(BIN)/callscribe models pull
	@$(BIN)/python -m tests.kontur_talk.demo

.PHONY: up
up: $(VENV)/.runtime  ## Run the whole stack here until Ctrl-C
	@$(BIN)/callscribe models pull
	@exec $(BIN)/callscribe up

.PHONY: test
test: $(VENV)/.gpu  ## Check the code and run every test that can run here, doing all set-up
	@if command -v c++ >/dev/null; then $(MAKE) --no-print-directory $(VENV)/.bench; fi
	@$(MAKE) --no-print-directory check
	@$(BIN)/callscribe models pull
	@$(BIN)/callscribe models pull gemma3-270m-base
	@$(BIN)/python -m pytest $(AT_ONCE) --durations=20

.PHONY: screenshots
screenshots: $(VENV)/.dev  ## Take the pictures of docs/pages.md anew, by chromium, from a real stack
	@$(BIN)/callscribe models pull
	@$(BIN)/python -m tests.ui.screenshots

.PHONY: dashboard-pictures
dashboard-pictures: $(VENV)/.dev  ## Draw the pictures of docs/operations.md anew, by Prometheus and chromium, from a real stack
	@$(BIN)/callscribe models pull
	@$(BIN)/python -m tests.pictures

.PHONY: coverage
coverage: $(VENV)/.gpu  ## Run the tests slowly, and tell which lines none of them reaches
	@$(BIN)/python -m pytest $(AT_ONCE) --cov --cov-report=term

.PHONY: check
check: $(VENV)/.dev  ## Lint, format check, strict types, import law
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

.PHONY: bench
bench: $(VENV)/.bench  ## Measure accuracy, speed and memory on labelled recordings (BENCH_FOLDER=…), the API under load, the graph's own cost
	@$(BIN)/callscribe models pull
	@$(BIN)/python -m benchmarks $(BENCH_FOLDER)
	@$(BIN)/python -m benchmarks.load
	@$(BIN)/python -m benchmarks.overhead

.PHONY: s3-server
s3-server:  ## Install a real S3 server for the blob tests, where Go is (else they use moto)
	@GOBIN=$(CURDIR)/tools/bin go install github.com/versity/versitygw/cmd/versitygw@v1.8.0

include k8s/tools/tools.mk

# What was once released never changes: the hashes tell whether it is that which came.
.PHONY: kafka-jars
kafka-jars: tools/kafka/.complete  ## Fetch Apache Kafka for `make kafka` and the Kafka tests, where Java and Maven are

tools/kafka/.complete: cluster/broker/pom.xml cluster/broker/jars.sha256
	@command -v mvn >/dev/null || { echo "Kafka's jars are fetched by Maven; on Debian: apt install maven"; exit 1; }
	@rm -rf tools/kafka
	@mvn --quiet --batch-mode -Dstyle.color=never --file cluster/broker/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/tools/kafka
	@cd tools/kafka && sha256sum --check --strict --quiet $(CURDIR)/cluster/broker/jars.sha256
	@touch $@

.PHONY: kafka
kafka: $(VENV)/.runtime tools/kafka/.complete  ## Run one Kafka broker here until Ctrl-C: 127.0.0.1:9092
	@exec $(BIN)/python -m cluster.broker

.PHONY: lock
lock: $(VENV)/.bootstrap  ## Resolve pyproject.toml anew into locks/
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-package triton -c locks/constraints.txt pyproject.toml -o locks/runtime.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-package triton --extra dev -c locks/runtime.txt pyproject.toml -o locks/dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-package triton --extra bench -c locks/dev.txt pyproject.toml -o locks/bench.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-package triton --extra gpu -c locks/bench.txt pyproject.toml -o locks/gpu.txt
	@echo onnxruntime-gpu | $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-deps -c locks/gpu.txt - -o locks/cuda.txt
