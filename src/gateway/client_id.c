/* The id by which a client knows its request. */
#include "gateway/client_id.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "web/call.h"

static bool
is_id(const char *text)
{
	size_t len = strlen(text);
	if (len == 0 || len > CLIENT_ID_MAX)
		return false;
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"'`\\", *c) != NULL)
			return false;
	return true;
}

void
client_id_read(struct web_call *call, char id[CLIENT_ID_MAX + 1])
{
	static const char *const names[] = {
	    "x-request-id", "x-client-request-id"};
	id[0] = '\0';
	for (size_t i = 0; i < COUNT_OF(names) && id[0] == '\0'; i++) {
		const char *text = web_header(call, names[i]);
		if (text != NULL && is_id(text))
			snprintf(id, CLIENT_ID_MAX + 1, "%s", text);
	}
}
