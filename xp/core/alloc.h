/* The library's only way to memory: checked sizes, one place to inject failures.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_ALLOC_H
#define XP_CORE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL if count * size overflows or memory is exhausted; records no error (the caller knows whom to name).
 * Free with xp_dealloc. A size of zero gives a pointer that can be freed. */
void *xp_alloc(size_t count, size_t size);
void *xp_alloc_zeroed(size_t count, size_t size);
void *xp_realloc(void *memory, size_t count, size_t size);
void xp_dealloc(void *memory);

/* Whether it is more than main memory and swap together. Some systems promise that all the same, and end the process
 * when it is written to. */
bool xp_exceeds_memory(size_t bytes);

/* Blocks of array data: 64-byte aligned, from the pool. `xp_pool_free` needs the same size. Blocks from 2 MB are on
 * huge pages where the system has them. On exhaustion the pool is trimmed and the system asked once more. */
void *xp_pool_alloc(size_t bytes);
void xp_pool_free(void *memory, size_t bytes);
size_t xp_pool_bound(void);

/* a * b, false if it does not fit into int64_t (both are >= 0). */
static inline bool xp_multiply_fits(int64_t a, int64_t b, int64_t *product)
{
#if defined(__GNUC__)
    return !__builtin_mul_overflow(a, b, product);
#else
    if (a != 0 && b > INT64_MAX / a)
        return false;
    *product = a * b;
    return true;
#endif
}

/* ---- failure injection, for tests ---------------------------------------------------------------------------------
 * Every allocation, also one served from a free list or the pool, asks xp_fault() whether it is to fail. */
extern _Atomic int64_t xp_faults_armed; /* 0: off; n > 0: the n-th allocation from now fails; -1: has fired */
bool xp_fault_fires(void);
static inline bool xp_faults_are_armed(void)
{
    return __builtin_expect(*(volatile int64_t *)&xp_faults_armed != 0, 0);
}
static inline bool xp_fault(void)
{
    return xp_faults_are_armed() && xp_fault_fires();
}

/* The n-th allocation from now (n >= 1) fails, that one only; 0 switches it off. */
void xp_fault_arm(int64_t n);
bool xp_fault_fired(void);

#endif
