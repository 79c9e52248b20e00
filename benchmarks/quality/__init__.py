"""The scoreboard: what people would use instead, measured beside our checkpoint.

    python -m benchmarks.quality.prepare     builds the others (KenLM, presage) once
    python -m benchmarks.quality             prints the table, writes results/quality.json

Every system answers the same questions through `predictor.Predictor`; none is known to the code
that measures. To add one, write a class with its members and a function that builds it, then

    python -m benchmarks.quality --predictor yourmodule:yourfunction

What a predictor can't do it says by raising `UnsupportedError`; the table shows "-" there.
"""
