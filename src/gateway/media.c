/* Fetching media for a request. */
#include "gateway/media.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/url.h"
#include "gateway/access.h"
#include "gateway/picture_store.h"
#include "gateway/service.h"
#include "upstream/fetch.h"
#include "web/call.h"

/* What the client is told; the host is put before it. */
static const char *const reasons[] = {
    [FETCH_BAD_URL] = "leads to a URL that is not valid",
    [FETCH_REFUSED] = "has an address or port that is not fetched from",
    [FETCH_UNREACHABLE] = "cannot be reached",
    [FETCH_TIMEOUT] = "did not answer in time",
    [FETCH_STATUS] = "did not answer with status 200",
    [FETCH_REDIRECTS] = "leads on too many times",
    [FETCH_TOO_LARGE] = "has something larger than is fetched",
    [FETCH_CUT] = "broke the connection",
};

static bool
still_there(void *ctx)
{
	struct service *s = ctx;
	return !web_gone(s->call);
}

/* The list of hosts as texts. The caller frees it. */
static const char **
list_hosts(const struct settings *set, size_t *n)
{
	struct json_object *list =
	    settings_json(set, SETTING_ID_URL_ALLOW_LIST);
	*n = json_count(list);
	const char **hosts = calloc(*n + 1, sizeof(*hosts));
	if (hosts == NULL)
		abort();
	for (size_t i = 0; i < *n; i++)
		hosts[i] = json_object_get_string(json_at(list, i));
	return hosts;
}

/* FETCH_TIMEOUT, but not longer than the request may take. */
static long
time_for_one(const struct service *s)
{
	int64_t each = settings_int(s->settings, SETTING_ID_FETCH_TIMEOUT);
	int64_t all = settings_int(s->settings, SETTING_ID_TIME_OUT);
	int64_t left = s->started_ms + all * 1000 - clock_mono_ms();
	if (left > each * 1000)
		left = each * 1000;
	return left < 1 ? 1 : (long)left;
}

static enum fetch_end
run(struct service *s, const char *url, size_t max, struct fetch_answer *answer)
{
	const struct settings *set = s->settings;
	size_t n_hosts;
	const char **hosts = list_hosts(set, &n_hosts);
	const struct fetch_request request = {
	    .url = url,
	    .max = max,
	    .total_ms = time_for_one(s),
	    .connect_ms =
		(long)settings_int(set, SETTING_ID_CONNECT_TIMEOUT) * 1000,
	    .hosts = hosts,
	    .n_hosts = n_hosts,
	    .allow_private =
		settings_int(set, SETTING_ID_ALLOW_PRIVATE_URLS) != 0,
	    .tick = still_there,
	    .ctx = s,
	};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	enum fetch_end end = fetch_run(&request, answer, &why);
	if (end != FETCH_DONE)
		log_request(
		    LOG_DEBUG, s->request_id, "fetch: %s", buf_cstr(&why));
	free(hosts);
	buf_clear(&why);
	return end;
}

/* A picture of our own image host, which is not asked over the network. */
static bool
take_own(
    struct service *s, const char *url, size_t max, struct fetch_answer *answer)
{
	char type[PICTURE_TYPE_SIZE];
	buf_init(&answer->body, max);
	if (!picture_store_get(s, url, type, &answer->body)) {
		buf_clear(&answer->body);
		return false;
	}
	snprintf(answer->type, sizeof(answer->type), "%s", type);
	return true;
}

/* Fetch one into the next row. max: bytes that are left for it. */
static bool
fetch(struct media *media, struct service *s, const struct chat_fetch *wanted,
    size_t max, struct api_error *error)
{
	struct fetch_answer answer = {0};
	struct url url;
	enum fetch_end end = FETCH_BAD_URL;
	struct media_row *row = &media->rows[media->n];
	*row = (struct media_row){0};

	if (!url_split(wanted->url, &url))
		return chat_fetch_fail(wanted, error, "it is no URL.");
	end = take_own(s, wanted->url, max, &answer)
	    ? FETCH_DONE
	    : run(s, wanted->url, max, &answer);
	row->size = answer.body.len;
	if (end == FETCH_DONE)
		row->data =
		    chat_fetch_make(wanted, answer.type, &answer.body, error);
	else if (end == FETCH_STOPPED)
		api_error_set(error, FAULT_CLIENT_GONE, NULL,
		    "The client has left while a URL was fetched.");
	else
		chat_fetch_fail(wanted, error, "the host '%.*s' %s.",
		    (int)url.host_len, url.host, reasons[end]);
	buf_clear(&answer.body);
	if (row->data == NULL)
		return false;
	row->url = strdup(wanted->url);
	if (row->url == NULL)
		abort();
	media->n++;
	return true;
}

static struct media_row *
find(struct media *media, const char *url)
{
	for (size_t i = 0; i < media->n; i++)
		if (strcmp(media->rows[i].url, url) == 0)
			return &media->rows[i];
	return NULL;
}

/* What is wanted, fetched now or before; NULL with *error set. */
static struct media_row *
get(struct media *media, struct service *s, const struct chat_fetch *wanted,
    size_t left, struct api_error *error)
{
	size_t max = settings_bytes(s->settings, SETTING_ID_FETCH_MAX_MB);
	struct media_row *row = find(media, wanted->url);
	if (row == NULL && (media->closed || media->n == CHAT_FETCH_ROWS)) {
		chat_fetch_fail(wanted, error, "it was not fetched at first.");
		return NULL;
	}
	if (row == NULL &&
	    !fetch(media, s, wanted, left < max ? left : max, error))
		return NULL;
	if (row == NULL)
		row = &media->rows[media->n - 1];
	if (row->size <= left)
		return row;
	chat_fetch_fail(
	    wanted, error, "together the URLs name more than is fetched.");
	return NULL;
}

/* One place. What cannot be had may have something else in its place. */
static bool
fill(struct media *media, struct service *s, const struct chat_fetch *wanted,
    size_t *left, struct api_error *error)
{
	const struct media_row *row = get(media, s, wanted, *left, error);
	if (row != NULL && chat_fetch_fill(wanted, row->data, error)) {
		*left -= row->size;
		return true;
	}
	if (error->fault == FAULT_CLIENT_GONE || !chat_fetch_give_up(wanted))
		return false;
	api_error_clear(error);
	return true;
}

bool
media_fetch(struct media *media, struct service *s,
    const uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id,
    struct chat_request *req, struct api_error *error)
{
	const struct chat_fetches *wanted = &req->fetches;
	int64_t version = settings_version(s->settings);
	if (wanted->n > 0 && !media->closed && *token_id == 0 &&
	    !access_check(s, token, token_id, NULL, error))
		return false;
	if (settings_version(s->settings) != version)
		return true;

	size_t left = settings_bytes(s->settings, SETTING_ID_MAX_BODY_MB);
	for (size_t i = 0; i < wanted->n; i++)
		if (!fill(media, s, &wanted->rows[i], &left, error))
			return false;
	return true;
}

void
media_clear(struct media *media)
{
	for (size_t i = 0; i < media->n; i++) {
		free(media->rows[i].url);
		json_object_put(media->rows[i].data);
	}
	*media = (struct media){0};
}
