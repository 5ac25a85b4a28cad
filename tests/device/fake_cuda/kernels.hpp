/* What the double of NVRTC puts before a text in CUDA C++, so that a compiler for the host takes it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ucontext.h>

#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __constant__ static
#define __shared__ static
#define __launch_bounds__(...)

struct fake_index {
    unsigned x, y, z;
};
static fake_index threadIdx, blockIdx, blockDim{1, 1, 1}, gridDim{1, 1, 1};

using std::max;
using std::min;

/* Items of a group are coroutines: a barrier gives way to the next one. */
static ucontext_t fake_scheduler, fake_items[1024];
static bool fake_is_done[1024];
static std::function<void()> *fake_body;

static inline void __syncthreads()
{
    swapcontext(&fake_items[threadIdx.x], &fake_scheduler);
}

static void fake_item()
{
    (*fake_body)();
    fake_is_done[threadIdx.x] = true;
}

static void fake_group(unsigned items)
{
    static std::vector<char> stacks(1024 * size_t(65536));
    for (unsigned i = 0; i < items; i++) {
        getcontext(&fake_items[i]);
        fake_items[i].uc_stack.ss_sp = &stacks[i * size_t(65536)];
        fake_items[i].uc_stack.ss_size = 65536;
        fake_items[i].uc_link = &fake_scheduler;
        fake_is_done[i] = false;
        makecontext(&fake_items[i], fake_item, 0);
    }
    for (unsigned left = items; left;)
        for (unsigned i = 0; i < items; i++)
            if (!fake_is_done[i]) {
                threadIdx.x = i;
                swapcontext(&fake_scheduler, &fake_items[i]);
                left -= fake_is_done[i];
            }
}

extern "C" __attribute__((visibility("default"))) void fake_run(void *bound, unsigned groups, unsigned items)
{
    fake_body = static_cast<std::function<void()> *>(bound);
    gridDim.x = groups;
    blockDim.x = items;
    for (blockIdx.x = 0; blockIdx.x < groups; blockIdx.x++) {
#ifdef FAKE_HAS_BARRIERS
        fake_group(items);
#else
        for (threadIdx.x = 0; threadIdx.x < items; threadIdx.x++)
            (*fake_body)();
#endif
    }
    delete fake_body;
}

/* Arguments are read at the launch, of the types that the kernel has. */
template <class... types, size_t... at>
static void *fake_bind_at(void (*kernel)(types...), void **arguments, std::index_sequence<at...>)
{
    auto call = [kernel](types... values) { return std::function<void()>([=] { kernel(values...); }); };
    return new std::function<void()>(call(*static_cast<std::remove_const_t<types> *>(arguments[at])...));
}

template <class... types> static void *fake_bind(void (*kernel)(types...), void **arguments)
{
    return fake_bind_at(kernel, arguments, std::index_sequence_for<types...>{});
}
