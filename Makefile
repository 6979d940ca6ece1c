# make run: 安装、入库、启动。make test: 全部测试。两者都可重复执行。
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Torch without CUDA, here and at an outside user's: where PIP_FIND_LINKS names a folder of wheels, the CPU build lies
# there; elsewhere uv takes it from PyTorch's own index. On a machine with a GPU: make run TORCH_BACKEND=auto.
TORCH_BACKEND ?= cpu
ifeq ($(strip $(PIP_FIND_LINKS)),)
INSTALL := $(BIN)/uv pip install -p $(BIN)/python --torch-backend $(TORCH_BACKEND)
else
INSTALL := UV_FIND_LINKS="$(PIP_FIND_LINKS)" $(BIN)/uv pip install -p $(BIN)/python
endif

.PHONY: run setup test lint eval clean browser

run: setup
	$(BIN)/gazette serve

setup: $(VENV)/.installed

test: $(VENV)/.installed-test browser
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: setup
	$(BIN)/gazette eval run evals/cases/xinyu-2023-04.jsonl --out runs/latest --bundled --fresh
	$(BIN)/gazette eval score runs/latest
	$(BIN)/gazette eval gate runs/latest

# A stamp each, so that a second call starts at once; a changed pyproject.toml installs again.
$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(INSTALL) --compile-bytecode -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/.installed
	$(INSTALL) --compile-bytecode -e '.[test]'
	@touch $(VENV)/.installed $@

# The browser for the page tests: the system's, or installed through apt where that is allowed; without one its tests
# are skipped, and say so.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "安装 Chromium 和中文字体(仅测试用)…"; \
	    (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-wqy-zenhei) >/dev/null 2>&1 || echo "未能安装 Chromium,浏览器测试将跳过。"; \
	  else echo "没有 Chromium,浏览器测试将跳过。"; fi; }

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
