# Sourced by .ci/run: uv, a browser and Java (for Spark), by name, from the machine's own package sources.
if ! command -v uv >/dev/null; then
    # Debian marks its Python "externally managed" (PEP 668); CI's machine is ours to change.
    python3 -m pip install --quiet uv || python3 -m pip install --quiet --break-system-packages uv
    export PATH="$HOME/.local/bin:$PATH"
fi
if ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi
if ! command -v chromium-headless-shell >/dev/null && command -v apt-get >/dev/null; then
    # Journeys take less of a processor in it; where the machine has none, they use Chromium.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell >/dev/null || true
fi
if ! command -v java >/dev/null && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq default-jre-headless >/dev/null || true
fi
