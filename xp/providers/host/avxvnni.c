/* Compiles where AVX-VNNI can be had: the build tries.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <immintrin.h>

__m256i add_pairs(__m256i sum, __m256i a, __m256i b);
__m256i add_pairs(__m256i sum, __m256i a, __m256i b) { return _mm256_dpwssd_avx_epi32(sum, a, b); }
