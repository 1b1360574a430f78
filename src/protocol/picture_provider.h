/*
 * Image hosts with accounts: what each is sent, and what its answer says.
 * The wires are those of gemini-balance's uploader, which knows the same
 * hosts; SM.MS: doc.sm.ms; PicGo: the API of Chevereto 4; Cloudflare ImgBed:
 * cfbed.sanyue.de; Aliyun OSS: "PutObject" and "signature version 1".
 */
#ifndef KEYWHEEL_PROTOCOL_PICTURE_PROVIDER_H
#define KEYWHEEL_PROTOCOL_PICTURE_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/* The settings; "" where nothing is set. */
struct picture_account {
	const char *smms_url, *smms_token;
	const char *picgo_url, *picgo_key;
	const char *cloudflare_url, *cloudflare_code, *cloudflare_folder;
	const char *oss_endpoint, *oss_id, *oss_secret, *oss_bucket,
	    *oss_region;
	/* Where uploads go, if not to the endpoint that addresses name. */
	const char *oss_inner;
};

/* One picture, by the name that it shall have. */
struct picture_file {
	const char *mime;   /* "image/png" */
	const char *name;   /* "8c…41.png" */
	const char *folder; /* "2026/11/21", where a host knows folders */
	const char *date;   /* now, as HTTP writes it */
	const char *md5;    /* of its bytes, as base64 */
};

/* What a host is sent. All three are to be initialised by the caller. */
struct picture_request {
	struct buf url;
	struct buf headers; /* "Name: value" and a line end, each */
	bool inner;         /* to a place that only some can reach */
};

struct picture_answer {
	int status;
	const char *body;
	size_t len;
};

struct picture_provider {
	const char *name; /* as UPLOAD_PROVIDER has it */
	/* The part of the multipart form (POST) that is the file; NULL: the
	 * file is the body (PUT). */
	const char *field;
	/* Is the account complete? */
	bool (*has)(const struct picture_account *account);
	/* False if libcrypto refuses to sign. */
	bool (*ask)(const struct picture_account *account,
	    const struct picture_file *file, struct picture_request *request);
	/* Append the address that the answer tells; false if there is none. */
	bool (*tell)(const struct picture_account *account,
	    const struct picture_file *file,
	    const struct picture_answer *answer, struct buf *url);
};

/* NULL: none of that name with an account. */
const struct picture_provider *picture_provider_find(const char *name);

/* Append the address of the picture, such that it may stand in Markdown. False
 * if the host refused, with a line for the log in why. That may quote what the
 * host was sent. */
MUSTCHECK bool picture_provider_read(const struct picture_provider *provider,
    const struct picture_account *account, const struct picture_file *file,
    const struct picture_answer *answer, struct buf *url, struct buf *why);

#endif
