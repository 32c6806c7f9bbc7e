"""The figures, one line each: `make bench`, or `python -m bench [--quick] [names…]`.

One program starts servers of its own with durable settings, makes a municipality and measures it
through the doors that people use. Speed never fails a run; a broken promise does.
"""
