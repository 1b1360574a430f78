/* Versions in paths. */
#include "gateway/native_path.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

static const struct version {
	const char *text;    /* in a path */
	const char *version; /* in struct live */
} versions[] = {
    {"/v1beta", NULL},
    {"/v1alpha", "v1alpha"},
    {"/v1", "v1"},
};

static const struct version *
find(const char *pattern, const char **rest)
{
	static const char prefix[] = "/gemini";
	if (strncmp(pattern, prefix, sizeof(prefix) - 1) == 0)
		pattern += sizeof(prefix) - 1;
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		size_t len = strlen(versions[i].text);
		*rest = pattern + len;
		if (strncmp(pattern, versions[i].text, len) == 0 &&
		    (**rest == '/' || **rest == '\0'))
			return &versions[i];
	}
	*rest = "";
	return NULL;
}

const char *
native_version(const char *pattern)
{
	const char *rest;
	const struct version *v = find(pattern, &rest);
	return v == NULL ? NULL : v->version;
}

const char *
native_rest(const char *pattern)
{
	const char *rest;
	find(pattern, &rest);
	return rest;
}
