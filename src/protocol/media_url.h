/*
 * URLs that clients give in place of bytes (contract section 1.3): who can
 * get at what they name.
 */
#ifndef KEYWHEEL_PROTOCOL_MEDIA_URL_H
#define KEYWHEEL_PROTOCOL_MEDIA_URL_H

#include "base/json.h"

enum media_url {
	MEDIA_URL_BAD,     /* none that can be fetched */
	MEDIA_URL_FILE,    /* a file that was uploaded to Gemini */
	MEDIA_URL_YOUTUBE, /* Gemini knows these films */
	MEDIA_URL_PUBLIC,  /* https, and a host that looks public */
	MEDIA_URL_FOREIGN, /* http, or a host out of Gemini's reach */
};

/* The host is out of reach if it is an address, a name without a dot or under
 * a domain for local use, or in the list of hosts, which may be NULL. Whether
 * an address is public is not decided here: upstream/fetch.h. */
enum media_url media_url_kind(const char *text, struct json_object *hosts);

/* The name by which Gemini knows the file or film: with its host, https. The
 * caller owns it. */
struct json_object *media_url_for_gemini(const char *text);

#endif
