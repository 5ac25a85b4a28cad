/* Times of bare calls of CUDA's libraries, for rows of bench-device: what is made once is made before, inputs that a
 * call overwrites are put back between rounds, and nothing but the call is timed, by events.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * usage: bench-vendor ROW DTYPE SHAPES     sort float32 10000000
 *
 * Prints milliseconds. Exit status 2: there is no such row; 1: it failed. device_peers.py starts it. */
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cufft.h>
#include <cusolverDn.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_reduce.cuh>
#include <cub/device/device_scan.cuh>

namespace {

constexpr int turns = 7;
constexpr double turn_milliseconds = 20;

/* CUDA's, cuBLAS's, cuSOLVER's and cuFFT's statuses: 0 is success in all of them. */
template <class Status> void check(Status status, const char *what)
{
    if (static_cast<int>(status) == 0)
        return;
    std::fprintf(stderr, "%s: status %d\n", what, static_cast<int>(status));
    std::exit(1);
}
#define CHECK(call) check(call, #call)

/* Memory is the process's until it ends. */
template <class T> T *allocate(int64_t count)
{
    void *memory = nullptr;
    CHECK(cudaMalloc(&memory, static_cast<size_t>(count) * sizeof(T)));
    return static_cast<T *>(memory);
}

template <class T> void copy(T *to, const T *from, int64_t count)
{
    CHECK(cudaMemcpyAsync(to, from, static_cast<size_t>(count) * sizeof(T), cudaMemcpyDeviceToDevice));
}

/* Numbers from 0 to 1 by a hash of their place (SplitMix64: Steele, Lea, Flood, OOPSLA 2014). */
template <class T> __global__ void fill(T *x, int64_t count, uint64_t seed)
{
    for (int64_t i = blockIdx.x * int64_t{blockDim.x} + threadIdx.x; i < count; i += gridDim.x * int64_t{blockDim.x}) {
        uint64_t z = (static_cast<uint64_t>(i) + seed * 0x632be59bd9b4e019u) * 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        x[i] = static_cast<T>((z ^ z >> 31) >> 40) / static_cast<T>(1 << 24);
    }
}

template <class T> T *random_numbers(int64_t count, uint64_t seed)
{
    T *x = allocate<T>(count);
    fill<<<4096, 256>>>(x, count, seed);
    CHECK(cudaGetLastError());
    return x;
}

using step = std::function<void()>;

/* The median of turns, a call. */
double milliseconds(const step &call, const step &prepare = [] {})
{
    std::vector<cudaEvent_t> events(2);
    auto turn = [&](int rounds) {
        while (events.size() < static_cast<size_t>(2 * rounds))
            events.push_back(nullptr);
        float total = 0;
        for (int i = 0; i < rounds; i++) {
            for (int end = 0; end < 2; end++)
                if (!events[2 * i + end])
                    CHECK(cudaEventCreate(&events[2 * i + end]));
            prepare();
            CHECK(cudaEventRecord(events[2 * i]));
            call();
            CHECK(cudaEventRecord(events[2 * i + 1]));
        }
        CHECK(cudaDeviceSynchronize());
        for (int i = 0; i < rounds; i++) {
            float one;
            CHECK(cudaEventElapsedTime(&one, events[2 * i], events[2 * i + 1]));
            total += one;
        }
        return static_cast<double>(total) / rounds;
    };
    turn(1); /* libraries load kernels at their first call */
    int rounds = static_cast<int>(std::clamp(turn_milliseconds / std::max(turn(1), 1e-3), 1.0, 1000.0));
    std::vector<double> times;
    for (int i = 0; i < turns; i++)
        times.push_back(turn(rounds));
    std::sort(times.begin(), times.end());
    return times[turns / 2];
}

/* CUB's way: the first call says how much memory it needs. */
double with_work(const std::function<cudaError_t(void *, size_t &)> &call)
{
    size_t bytes = 0;
    CHECK(call(nullptr, bytes));
    void *work = allocate<char>(static_cast<int64_t>(bytes) + 1);
    return milliseconds([&] { CHECK(call(work, bytes)); });
}

/* ---- rows: `n` are the extents of the first array ---------------------------------------------------------------- */

using extents = std::vector<int64_t>;

int64_t product(const extents &n)
{
    int64_t count = 1;
    for (int64_t extent : n)
        count *= extent;
    return count;
}

template <class R> double copy_row(const extents &n)
{
    const int64_t count = product(n);
    R *x = random_numbers<R>(count, 1), *out = allocate<R>(count);
    return milliseconds([&] { copy(out, x, count); });
}

template <class R> double sum_row(const extents &n)
{
    R *x = random_numbers<R>(n[0], 1), *out = allocate<R>(1);
    return with_work([&](void *work, size_t &bytes) { return cub::DeviceReduce::Sum(work, bytes, x, out, n[0]); });
}

template <class R> double cumulative_sum_row(const extents &n)
{
    R *x = random_numbers<R>(n[0], 1), *out = allocate<R>(n[0]);
    return with_work(
        [&](void *work, size_t &bytes) { return cub::DeviceScan::InclusiveSum(work, bytes, x, out, n[0]); });
}

template <class R> double sort_row(const extents &n)
{
    R *x = random_numbers<R>(n[0], 1), *out = allocate<R>(n[0]);
    return with_work(
        [&](void *work, size_t &bytes) { return cub::DeviceRadixSort::SortKeys(work, bytes, x, out, n[0]); });
}

/* Positions of 4 bytes; that they are not counted up first is in CUB's favour. */
template <class R> double argsort_row(const extents &n)
{
    R *x = random_numbers<R>(n[0], 1), *out = allocate<R>(n[0]);
    uint32_t *positions = allocate<uint32_t>(n[0]), *order = allocate<uint32_t>(n[0]);
    CHECK(cudaMemset(positions, 0, static_cast<size_t>(n[0]) * sizeof *positions));
    return with_work([&](void *work, size_t &bytes) {
        return cub::DeviceRadixSort::SortPairs(work, bytes, x, out, positions, order, n[0]);
    });
}

template <class R> double matmul_row(const extents &n)
{
    const int order = static_cast<int>(n[0]);
    const R one = 1, zero = 0, *a = random_numbers<R>(product(n), 1), *b = random_numbers<R>(product(n), 2);
    R *c = allocate<R>(product(n));
    cublasHandle_t blas;
    CHECK(cublasCreate(&blas));
    return milliseconds([&] {
        if constexpr (std::is_same_v<R, float>)
            CHECK(cublasSgemm(blas, CUBLAS_OP_N, CUBLAS_OP_N, order, order, order, &one, b, order, a, order, &zero, c,
                              order));
        else
            CHECK(cublasDgemm(blas, CUBLAS_OP_N, CUBLAS_OP_N, order, order, order, &one, b, order, a, order, &zero, c,
                              order));
    });
}

/* What the calls of cuSOLVER share: handles, work areas, a matrix that is put back. */
template <class R> struct dense {
    cudaDataType type = std::is_same_v<R, float> ? CUDA_R_32F : CUDA_R_64F;
    cusolverDnHandle_t solver = nullptr;
    cusolverDnParams_t params = nullptr;
    int64_t n;
    R *given, *a;
    int *info = allocate<int>(1);
    size_t bytes = 0, host_bytes = 0;
    void *work = nullptr, *host = nullptr;

    explicit dense(const extents &shape) : n(shape[0]), given(random_numbers<R>(n * n, 1)), a(allocate<R>(n * n))
    {
        CHECK(cusolverDnCreate(&solver));
        CHECK(cusolverDnCreateParams(&params));
        put_back();
    }
    void put_back() { copy(a, given, n * n); }
    void make_room()
    {
        work = allocate<char>(static_cast<int64_t>(bytes) + 1);
        host = std::malloc(host_bytes + 1);
    }
};

template <class R> double solve_row(const extents &shape)
{
    dense<R> d(shape);
    int64_t *pivots = allocate<int64_t>(d.n);
    R *given = random_numbers<R>(d.n * d.n, 2), *b = allocate<R>(d.n * d.n);
    CHECK(cusolverDnXgetrf_bufferSize(d.solver, d.params, d.n, d.n, d.type, d.a, d.n, d.type, &d.bytes,
                                      &d.host_bytes));
    d.make_room();
    return milliseconds(
        [&] {
            CHECK(cusolverDnXgetrf(d.solver, d.params, d.n, d.n, d.type, d.a, d.n, pivots, d.type, d.work, d.bytes,
                                   d.host, d.host_bytes, d.info));
            CHECK(cusolverDnXgetrs(d.solver, d.params, CUBLAS_OP_T, d.n, d.n, d.type, d.a, d.n, pivots, d.type, b,
                                   d.n, d.info));
        },
        [&] {
            d.put_back();
            copy(b, given, d.n * d.n);
        });
}

template <class R> double svd_row(const extents &shape)
{
    dense<R> d(shape);
    R *values = allocate<R>(d.n), *left = allocate<R>(d.n * d.n), *right = allocate<R>(d.n * d.n);
    CHECK(cusolverDnXgesvd_bufferSize(d.solver, d.params, 'S', 'S', d.n, d.n, d.type, d.a, d.n, d.type, values, d.type,
                                      left, d.n, d.type, right, d.n, d.type, &d.bytes, &d.host_bytes));
    d.make_room();
    return milliseconds(
        [&] {
            CHECK(cusolverDnXgesvd(d.solver, d.params, 'S', 'S', d.n, d.n, d.type, d.a, d.n, d.type, values, d.type,
                                   left, d.n, d.type, right, d.n, d.type, d.work, d.bytes, d.host, d.host_bytes,
                                   d.info));
        },
        [&] { d.put_back(); });
}

template <class R> double eigh_row(const extents &shape)
{
    dense<R> d(shape);
    R *values = allocate<R>(d.n);
    CHECK(cusolverDnXsyevd_bufferSize(d.solver, d.params, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, d.n,
                                      d.type, d.a, d.n, d.type, values, d.type, &d.bytes, &d.host_bytes));
    d.make_room();
    return milliseconds(
        [&] {
            CHECK(cusolverDnXsyevd(d.solver, d.params, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, d.n, d.type,
                                   d.a, d.n, d.type, values, d.type, d.work, d.bytes, d.host, d.host_bytes, d.info));
        },
        [&] { d.put_back(); });
}

double fft_row(const extents &n)
{
    auto *x = reinterpret_cast<cufftComplex *>(random_numbers<float>(2 * product(n), 1));
    cufftComplex *out = allocate<cufftComplex>(product(n));
    int length = static_cast<int>(n[1]);
    cufftHandle plan;
    CHECK(cufftPlanMany(&plan, 1, &length, nullptr, 1, length, nullptr, 1, length, CUFFT_C2C,
                        static_cast<int>(n[0])));
    return milliseconds([&] { CHECK(cufftExecC2C(plan, x, out, CUFFT_FORWARD)); });
}

struct row {
    const char *name; /* of the row, or its beginning */
    double (*single)(const extents &n), (*wide)(const extents &n);
};

#define ROW(name, function) {name, function<float>, function<double>}
const row rows[] = {
    ROW("copy", copy_row),       ROW("sum", sum_row),     ROW("cumulative_sum", cumulative_sum_row),
    ROW("sort", sort_row),       ROW("argsort", argsort_row), ROW("matmul", matmul_row),
    ROW("solve", solve_row),     ROW("svd", svd_row),     ROW("eigh", eigh_row),
};

/* "1000x30, 5x30": the first array's. */
extents extents_of(const char *text)
{
    extents n;
    for (const char *at = text;; at++) {
        n.push_back(std::strtoll(at, const_cast<char **>(&at), 10));
        if (*at != 'x')
            return n;
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    const std::string name = argv[1], dtype = argv[2];
    const extents n = extents_of(argv[3]);
    if (name.rfind("fft", 0) == 0 && dtype == "complex64") {
        std::printf("%.6f\n", fft_row(n));
        return 0;
    }
    for (const row &one : rows)
        if (name == one.name && dtype != "complex64") {
            std::printf("%.6f\n", (dtype == "float32" ? one.single : one.wide)(n));
            return 0;
        }
    return 2;
}
