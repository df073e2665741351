import os

# Their threads would only wait for each other: there is a process for each processor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
