/* Allocation for a test tool: there is no sensible way on without memory. */
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
mem_checked(void *p)
{
	if (p == NULL) {
		fputs("fake_gemini: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *
mem_alloc(size_t size)
{
	return mem_checked(calloc(1, size > 0 ? size : 1));
}

void *
mem_grow(void *old, size_t size)
{
	return mem_checked(realloc(old, size > 0 ? size : 1));
}

char *
mem_copy(const char *bytes, size_t len)
{
	char *copy = mem_checked(malloc(len + 1));

	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}
