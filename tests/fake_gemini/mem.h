/* Memory that never fails: out of memory ends the program with a message. */
#ifndef FAKE_MEM_H
#define FAKE_MEM_H

#include <stddef.h>

/*
 * mem_alloc(size): zeroed memory, to be freed with free().
 * mem_grow(old, size): realloc; the added part is not initialised.
 * mem_copy(bytes, len): a NUL-terminated copy, to be freed with free().
 */
void *mem_alloc(size_t);
void *mem_grow(void *, size_t);
char *mem_copy(const char *, size_t);

#endif
