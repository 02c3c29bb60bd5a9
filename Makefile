# Trợ lý Văn bản. `make` alone lists what there is.

PYTHON ?= python3
VENV ?= .venv
# Extras of pyproject.toml that check, test, eval and bench work with: `make test EXTRAS=dev,models`.
EXTRAS ?= dev
# The library that `make run` fills and serves, and where.
DATA ?= .troly
HOST ?= 127.0.0.1
PORT ?= 7860
PYTEST_ARGS ?= -n 2 --dist loadfile

comma := ,
BIN := $(VENV)/bin
SAMPLE := evals/suites/sample/documents
ALQAC := ../shared/retrieval/alqac2022
# Inside the environment, so that they go when it goes.
PRODUCT := $(VENV)/.installed
TOOLS := $(VENV)/.installed-$(subst $(comma),-,$(EXTRAS))

.DEFAULT_GOAL := help
.PHONY: help run test check eval bench system clean

help: ## list these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(PRODUCT) ## install, take in the sample documents, serve the chat on http://127.0.0.1:7860
# One of the samples is a scan: without Tesseract it is reported, and ingest ends with 1.
	$(BIN)/troly ingest --data $(DATA) $(SAMPLE) || [ $$? -eq 1 ]
	$(BIN)/troly serve --data $(DATA) --host $(HOST) --port $(PORT)

test: ## run the tests (as root on Debian it installs the system programs that they need)
	@$(MAKE) --no-print-directory system || echo "Tests that need these are skipped."
	@$(MAKE) --no-print-directory $(TOOLS)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(TOOLS) ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

eval: $(TOOLS) ## run the shipped suites with their gates, and retrieval where its collection is there
	@mkdir -p build
	@failed=""; for suite in evals/suites/*/suite.yaml; do \
		name=$$(basename "$$(dirname "$$suite")"); \
		echo "== $$name"; \
		$(BIN)/troly eval run "$$name" --out build/evaluations || failed="$$failed $$name"; \
	done; \
	if [ -n "$$failed" ]; then echo "gates failed:$$failed"; exit 1; fi
	@if [ -d $(ALQAC) ]; then \
		$(BIN)/troly eval retrieval --beir $(ALQAC) --run build/alqac2022.trec; \
	else \
		echo "retrieval is not measured: $(ALQAC) is not here"; \
	fi

bench: $(TOOLS) ## run every benchmark of evals/benchmarks
	@for module in evals/benchmarks/[!_]*.py; do \
		name=$$(basename "$$module" .py); \
		echo "== $$name"; \
		$(BIN)/python -m "evals.benchmarks.$$name" || exit 1; \
	done

# LibreOffice reads old Office files, Tesseract scans; Chromium, PostgreSQL, strace and the fonts are for the tests and the sample corpus.
# Liberation fonts hold the Vietnamese letters from version 2 on; Debian 12 names that one fonts-liberation2.
system: ## install the system programs (root on Debian), or say which are missing
	@missing=""; \
	command -v git >/dev/null || missing="$$missing git"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-writer-nogui libreoffice-calc-nogui"; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-impress-nogui"; \
	tesseract --list-langs 2>/dev/null | grep -qx vie || missing="$$missing tesseract-ocr tesseract-ocr-vie"; \
	tesseract --list-langs 2>/dev/null | grep -qx osd || missing="$$missing tesseract-ocr-osd"; \
	command -v strace >/dev/null || missing="$$missing strace"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
		|| missing="$$missing postgresql"; \
	command -v $(PYTHON) >/dev/null || missing="$$missing python3"; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	ls /usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf >/dev/null 2>&1 \
		|| dpkg --compare-versions "$$(dpkg-query -W -f='$${Version}' fonts-liberation 2>/dev/null)" ge 1:2 2>/dev/null \
		|| missing="$$missing fonts-liberation2"; \
	if [ -z "$$missing" ]; then \
		echo "Every system program is there."; \
	elif [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update; \
		apt-cache show fonts-liberation2 >/dev/null 2>&1 \
			|| missing=$$(echo "$$missing" | sed 's/fonts-liberation2/fonts-liberation/'); \
		apt-get install --yes --no-install-recommends $$missing; \
	else \
		echo "Missing, as Debian names it:$$missing"; \
		echo "As root: apt-get install$$missing"; \
		exit 1; \
	fi

clean: ## remove caches and build output; the environment and the library stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find assistant evals ingest prompts tests vectorstore -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Debian: apt-get install python3-venv"; exit 1; }

$(PRODUCT): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

# With the extras the product is there too: `make run` afterwards has nothing to install.
$(TOOLS): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[$(EXTRAS)]"
	@touch $(PRODUCT) $@
