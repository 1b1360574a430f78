/* Aliyun OSS: PutObject with a signature of version 1. */
#include <string.h>

#include "base/digest.h"
#include "base/url.h"
#include "protocol/picture_provider_parts.h"

#define ACL "x-oss-object-acl"
#define PUBLIC "public-read"

bool
picture_oss_has(const struct picture_account *a)
{
	return *a->oss_endpoint != '\0' && *a->oss_id != '\0' &&
	    *a->oss_secret != '\0' && *a->oss_bucket != '\0' &&
	    *a->oss_region != '\0';
}

/* The address of the file at an endpoint, which has the bucket in front of its
 * name, or behind it if it is written with a scheme. */
static void
add_address(struct buf *url, const char *endpoint,
    const struct picture_account *a, const struct picture_file *file)
{
	size_t len = strlen(endpoint);
	while (len > 0 && endpoint[len - 1] == '/')
		len--;
	if (url_rest(endpoint) != NULL)
		buf_fmt(url, "%.*s/%s", (int)len, endpoint, a->oss_bucket);
	else
		buf_fmt(
		    url, "https://%s.%.*s", a->oss_bucket, (int)len, endpoint);
	buf_fmt(url, "/%s/%s", file->folder, file->name);
}

bool
picture_oss_ask(const struct picture_account *a,
    const struct picture_file *file, struct picture_request *request)
{
	struct buf text, authorization;
	buf_init(&text, BUF_SMALL);
	buf_init(&authorization, BUF_SMALL);
	buf_fmt(&text, "PUT\n%s\n%s\n%s\n" ACL ":" PUBLIC "\n/%s/%s/%s",
	    file->md5, file->mime, file->date, a->oss_bucket, file->folder,
	    file->name);
	buf_fmt(&authorization, "OSS %s:", a->oss_id);
	bool ok = digest_hmac_sha1(
	    &authorization, a->oss_secret, buf_cstr(&text), text.len);

	request->inner = *a->oss_inner != '\0';
	add_address(&request->url,
	    request->inner ? a->oss_inner : a->oss_endpoint, a, file);
	picture_request_add(request, "Date", file->date);
	picture_request_add(request, "Content-MD5", file->md5);
	picture_request_add(request, "Content-Type", file->mime);
	picture_request_add(request, ACL, PUBLIC);
	picture_request_add(request, "Authorization", buf_cstr(&authorization));
	buf_clear(&text);
	buf_clear(&authorization);
	return ok;
}

bool
picture_oss_tell(const struct picture_account *a,
    const struct picture_file *file, const struct picture_answer *answer,
    struct buf *url)
{
	if (answer->status != 200)
		return false;
	add_address(url, a->oss_endpoint, a, file);
	return true;
}
