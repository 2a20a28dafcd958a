"""Whether what `omni_stream.bench` measures is so."""
