/* How bodies of kernels are named: XP_KERNEL(add) is kernel_add_float64 where XP_SUFFIX is float64.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_NAMES_H
#define XP_KERNEL_NAMES_H

#ifndef XP_FN
#define XP_FN static inline
#endif
#define XP_JOIN4_(a, b, c, d) a##b##c##d
#define XP_JOIN4(a, b, c, d) XP_JOIN4_(a, b, c, d)
#define XP_KERNEL(name) XP_JOIN4(kernel_, name, _, XP_SUFFIX)

#endif
