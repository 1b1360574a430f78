/*
 * What a form carries of the values of settings without showing them: a mark
 * of the value that it was made from, and secrets, sealed with the master key.
 */
#ifndef KEYWHEEL_ADMIN_SETTING_SEAL_H
#define KEYWHEEL_ADMIN_SETTING_SEAL_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/setting.h"

/* Hex digits of a mark. */
#define SETTING_MARK 24

/* Equal for equal values of one setting; tells nothing of the value. */
void setting_mark(const struct master_key *master, enum setting_id id,
    const char *value, char mark[SETTING_MARK + 1]);

/* Append the value sealed, as hex; good for that setting alone. */
void setting_seal(const struct master_key *master, enum setting_id id,
    const char *value, struct buf *out);

/* The reverse. False if it is none of ours. */
MUSTCHECK bool setting_unseal(const struct master_key *master,
    enum setting_id id, const char *sealed, struct buf *value);

#endif
