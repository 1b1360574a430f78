/* The state of the fake, and what its files do for each other: for api*.c. */
#ifndef FAKE_API_PARTS_H
#define FAKE_API_PARTS_H

#include "api.h"
#include "control.h"
#include "deed.h"
#include "quota.h"
#include "route.h"

struct api {
	struct control control;
	const unsigned long long *connections;
	struct json_tokener *tokener;
	struct route route; /* of the request at hand */
	struct buf text;    /* of the answer at hand */
};

/*
 * api.c. api_error(api, deed, name, reply): an error of Google's by name.
 * api_plain(reply, status, message, details): one of Google's form; details is
 *   its JSON, or NULL.
 * api_refuse(why, reply): a body that Google would not take.
 */
void api_error(struct api *, const struct deed *, const char *, struct reply *);
void api_plain(struct reply *, int, const char *, const char *);
void api_refuse(const struct buf *, struct reply *);

/*
 * api_prompt.c. api_prompt, api_embed, api_predict: answer what generates.
 * api_refusal(api, no, reply): by quota, or for a dead key.
 */
void api_prompt(struct api *, const struct deed *, const struct http_request *,
    struct reply *);
void api_embed(struct api *, const struct deed *, const struct http_request *,
    struct reply *);
void api_predict(struct api *, const struct deed *, const struct http_request *,
    struct reply *);
void api_refusal(struct api *, const struct quota_refusal *, struct reply *);

#endif
