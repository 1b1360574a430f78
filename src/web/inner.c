/* Requests of our own. */
#include "web/inner.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool
inner_has(const char *name)
{
	if (strcmp(name, "HTTP_HOST") == 0)
		return false;
	return text_starts(name, "HTTP_") ||
	    text_starts(name, "REDIRECT_HTTP_") ||
	    text_starts(name, "CONTENT_");
}

const char *
inner_variable(struct web_inner *inner, const char *name)
{
	if (strcmp(name, "CONTENT_TYPE") == 0)
		return inner->content_type;
	if (strcmp(name, "CONTENT_LENGTH") != 0)
		return NULL;
	snprintf(inner->size, sizeof(inner->size), "%zu", inner->body_len);
	return inner->size;
}

long
inner_read(struct web_inner *inner, char *bytes, size_t max)
{
	size_t left = inner->body_len - inner->read;
	size_t len = left < max ? left : max;
	if (len > 0)
		memcpy(bytes, inner->body + inner->read, len);
	inner->read += len;
	return (long)len;
}
