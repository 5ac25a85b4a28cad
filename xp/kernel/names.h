/* How bodies of kernels are named: XP_KERNEL(add) is kernel_add_float64 where XP_SUFFIX is float64.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_NAMES_H
#define XP_KERNEL_NAMES_H

#ifndef XP_FN
#define XP_FN static inline
#endif

/* Marks a product that must be rounded before it is added to. No dialect may contract here anyway, but GCC 12 turns
 * pairs of a sum and a difference of products into fused instructions in spite of -ffp-contract=off. */
#ifndef XP_ROUNDED
#if defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__) && __GNUC__ >= 12
#define XP_ROUNDED(product) __builtin_assoc_barrier(product)
#else
#define XP_ROUNDED(product) (product)
#endif
#endif

#define XP_JOIN4_(a, b, c, d) a##b##c##d
#define XP_JOIN4(a, b, c, d) XP_JOIN4_(a, b, c, d)
#define XP_KERNEL(name) XP_JOIN4(kernel_, name, _, XP_SUFFIX)

#endif
