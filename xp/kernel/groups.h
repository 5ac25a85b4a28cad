/* Words for items that work together as a group, in OpenCL C 1.2 and CUDA C; in C a group has one item.
 *
 *   XP_LOCAL, XP_SHARED      before what a group shares; before what a pointer to such memory points to
 *   XP_GROUP, XP_ITEM        the number of the group, and of the item in it
 *   XP_BARRIER               waits for all items of the group; nothing where it has one
 *   XP_COUNT_UP(place)       adds 1 to an int that a group shares, whoever else does so, and gives what it was
 *   XP_PARALLEL              before a loop whose rounds are independent: it may be vectorised
 *   XP_PARALLEL_BY(n)        the same where it has n rounds, a power of two up to 64: one vector has them all
 *   XP_ALIGNED               behind an array of an item's own: it begins where vectors do
 * Whoever compiles a text defines XP_ITEMS before it: the items of a group, 1 on processors.
 * SPDX-License-Identifier: BSD-3-Clause */
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#define XP_LOCAL __local
#define XP_SHARED __local
#define XP_GROUP ((xp_index)get_group_id(0))
#define XP_ITEM ((int)get_local_id(0))
#define XP_COUNT_UP(place) atomic_inc(place)
#define XP_ALIGNED __attribute__((aligned(64)))
#if defined(__clang__)
#define XP_PARALLEL _Pragma("clang loop vectorize(assume_safety)")
#define XP_PRAGMA(words) _Pragma(#words)
#define XP_PARALLEL_BY(n) XP_PRAGMA(clang loop vectorize(assume_safety) vectorize_width(n))
#else
#define XP_PARALLEL
#define XP_PARALLEL_BY(n)
#endif
#if XP_ITEMS > 1
#define XP_BARRIER barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
#else
#define XP_BARRIER
#endif
#elif defined(__CUDACC__)
#define XP_LOCAL __shared__
#define XP_SHARED
#define XP_GROUP ((xp_index)blockIdx.x)
#define XP_ITEM ((int)threadIdx.x)
#define XP_BARRIER __syncthreads()
#define XP_COUNT_UP(place) atomicAdd(place, 1)
#define XP_ALIGNED
#define XP_PARALLEL
#define XP_PARALLEL_BY(n)
#else
#define XP_LOCAL
#define XP_SHARED
#define XP_GROUP ((xp_index)0)
#define XP_ITEM 0
#define XP_BARRIER
#define XP_COUNT_UP(place) ((*(place))++)
#define XP_ALIGNED
#define XP_PARALLEL
#define XP_PARALLEL_BY(n)
#endif
