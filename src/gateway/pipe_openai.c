/*
 * Google's own OpenAI-compatible API, passed on as it is, with a key of the
 * pool. For those who want what Google does and not our translation.
 */
#include <string.h>

#include "base/attr.h"
#include "gateway/endpoint.h"
#include "gateway/native_path.h"
#include "gateway/pipe.h"
#include "gateway/service.h"
#include "protocol/clean_path.h"
#include "web/call.h"

static const struct part {
	const char *path; /* with what follows it */
	const char *route;
	bool makes;     /* a call that is not a reading one makes something */
	bool done_mark; /* streams end with [DONE] */
} parts[] = {
    {"/openai/chat/completions", "pipe.chat", false, true},
    {"/openai/embeddings", "pipe.embeddings", false, false},
    {"/openai/images", "pipe.images", false, false},
    {"/openai/audio", "pipe.audio", false, false},
    {"/openai/models", "pipe.models", true, false},
    {"", "pipe.other", true, false},
};

static const struct part *
find(const char *path)
{
	size_t i = 0;
	while (strncmp(path, parts[i].path, strlen(parts[i].path)) != 0)
		i++;
	return &parts[i];
}

/* What the pattern says of the path: /openai/v1 is the gateway's name for it,
 * below /v1beta it is called as Google does. */
static void
write_start(const char *pattern, struct buf *path)
{
	const char *rest = native_rest(pattern);
	if (*rest == '\0')
		buf_str(path, "/openai");
	else
		buf_add(path, rest, strlen(rest) - strlen("/**"));
}

/* The kind of which a path is the list, or NULL. */
static const struct resource_kind *
list_of(const char *path)
{
	static const char start[] = "/openai/";
	size_t len = sizeof(start) - 1;
	return strncmp(path, start, len) == 0
	    ? resource_kind_of(path + len, strlen(path + len))
	    : NULL;
}

static void
serve(struct service *s, const struct route_match *match)
{
	struct buf path;
	buf_init(&path, BUF_SMALL);
	write_start(match->route->pattern, &path);
	bool clean = clean_path(buf_cstr(&match->capture[0]), true, &path) &&
	    strcmp(buf_cstr(&path), "/openai") != 0;
	const struct part *part = find(buf_cstr(&path));
	bool makes = part->makes && strcmp(web_method(s->call), "GET") != 0 &&
	    strcmp(web_method(s->call), "HEAD") != 0;
	const struct pipe_call call = {
	    .list = makes ? NULL : list_of(buf_cstr(&path)),
	    .dialect = DIALECT_OPENAI,
	    .route = part->route,
	    .version = native_version(match->route->pattern),
	    .path = buf_cstr(&path),
	    .bearer = true,
	    .done_mark = part->done_mark,
	    .once = makes,
	    .elsewhere = makes,
	    .unnamed = strcmp(web_method(s->call), "POST") == 0,
	    .made = makes ? resource_kind_of("batches", 7) : NULL,
	    .results = strstr(buf_cstr(&path), "/batches") != NULL,
	};
	if (clean)
		pipe_serve(s, &call);
	else
		pipe_refuse(s, &call, FAULT_UNKNOWN_URL,
		    "There is nothing at this address. Below /openai/v1 are "
		    "the paths of OpenAI's API.");
	buf_clear(&path);
}

const struct endpoint endpoint_openai_pipe = {DIALECT_OPENAI, serve};
