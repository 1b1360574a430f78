/* What the files of picture_provider.c do for each other. */
#ifndef KEYWHEEL_PROTOCOL_PICTURE_PROVIDER_PARTS_H
#define KEYWHEEL_PROTOCOL_PICTURE_PROVIDER_PARTS_H

#include "protocol/picture_provider.h"

/* One header; control characters of the value become blanks. */
void picture_request_add(
    struct picture_request *request, const char *name, const char *value);

/* picture_oss.c */
bool picture_oss_has(const struct picture_account *account);
bool picture_oss_ask(const struct picture_account *account,
    const struct picture_file *file, struct picture_request *request);
bool picture_oss_tell(const struct picture_account *account,
    const struct picture_file *file, const struct picture_answer *answer,
    struct buf *url);

#endif
