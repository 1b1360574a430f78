/* Paths of ours. */
#include "web/own_path.h"

#include <stddef.h>
#include <string.h>

#define MAX_PATH 2000

bool
own_path_is(const char *path)
{
	size_t len = strlen(path);
	if (len > MAX_PATH || path[0] != '/' || path[1] == '/')
		return false;
	for (size_t i = 0; i < len; i++)
		if (path[i] <= ' ' || path[i] > '~' || path[i] == '\\')
			return false;
	return true;
}
