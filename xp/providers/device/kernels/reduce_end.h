/* Forgets what was defined for one kind of cells.
 * SPDX-License-Identifier: BSD-3-Clause */
#undef CELL
#undef ELEMENT
#undef WIDE
#undef NOTHING
#undef BETTER
#undef IS_NAN
#undef OF_COMPLEX
#undef OF_PRODUCT
#undef OF_COUNT
#undef OF_POSITION
