/* CINETAG_DISPATCHED before a function compiles it twice, for AVX2 and for the plain x86-64 that
 * wheels are built for, and lets the loader choose. Elsewhere it is nothing: other compilers and
 * processors build the function once. Clang and musl accept the attribute where it does not work. */
#ifndef CINETAG_DISPATCH_H
#define CINETAG_DISPATCH_H

#include <limits.h> /* defines __GLIBC__ where it applies */

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define CINETAG_DISPATCHED __attribute__((target_clones("avx2", "default")))
#else
#define CINETAG_DISPATCHED
#endif

#endif
