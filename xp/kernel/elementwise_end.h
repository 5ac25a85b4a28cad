/* Forgets what the includer of kernel/elementwise.h or kernel/complex.h defined for one dtype.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifdef XP_KERNEL_OWN_MATH
#undef XP_KERNEL_OWN_MATH
#undef XP_MATH
#endif
#undef XP_SUFFIX
#undef XP_T
#undef XP_R
#undef XP_W
#undef XP_BITS
#undef XP_OF_BOOL
#undef XP_OF_SIGNED
#undef XP_OF_UNSIGNED
#undef XP_OF_FLOAT
