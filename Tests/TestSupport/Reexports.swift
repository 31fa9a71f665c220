// Kept apart so that programs which need nothing else of this target do not build the whole of it.
@_exported public import TestRandom
