/* Header fields of requests, as CGI variables tell them. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "web/call.h"

const char *
web_header(struct web_call *call, const char *name)
{
	char variable[80] = "HTTP_";
	size_t n = 5;
	if (text_same(name, "content-type") ||
	    text_same(name, "content-length"))
		n = 0;
	for (; *name != '\0' && n < sizeof(variable) - 1; name++)
		variable[n++] =
		    *name == '-' ? '_' : (char)toupper((unsigned char)*name);
	variable[n] = '\0';

	const char *value = web_variable(call, variable);
	/* Apache keeps Authorization from programs unless told otherwise;
	 * a rewrite rule passes it under this name. */
	if (value == NULL && strcmp(variable, "HTTP_AUTHORIZATION") == 0)
		value = web_variable(call, "REDIRECT_HTTP_AUTHORIZATION");
	return value;
}

int64_t
web_body_size(struct web_call *call)
{
	const char *text = web_variable(call, "CONTENT_LENGTH");
	int64_t size;
	if (text == NULL || !text_to_int(text, 0, INT64_MAX, &size))
		return 0;
	return size;
}

bool
web_body_announced(struct web_call *call)
{
	const char *text = web_variable(call, "CONTENT_LENGTH");
	return text != NULL && *text != '\0';
}
