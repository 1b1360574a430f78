/* The table of the pages. */
#include "admin/admin.h"

#include "admin/asset.h"
#include "admin/overview.h"
#include "admin/preferences.h"
#include "admin/sessions.h"
#include "admin/sign_in.h"
#include "admin/storage.h"
#include "base/attr.h"
#include "gateway/endpoint.h"

/* The dialect is that of the API's errors; pages have none. */
static const struct endpoint endpoint_overview = {
    DIALECT_OPENAI, overview_serve};
static const struct endpoint endpoint_sign_in = {DIALECT_OPENAI, sign_in_serve};
static const struct endpoint endpoint_sign_in_page = {
    DIALECT_OPENAI, sign_in_serve_page};
static const struct endpoint endpoint_sign_out = {
    DIALECT_OPENAI, sessions_serve_out};
static const struct endpoint endpoint_sessions = {
    DIALECT_OPENAI, sessions_serve};
static const struct endpoint endpoint_end_session = {
    DIALECT_OPENAI, sessions_serve_end};
static const struct endpoint endpoint_storage = {DIALECT_OPENAI, storage_serve};
static const struct endpoint endpoint_clear = {
    DIALECT_OPENAI, storage_serve_clear};
static const struct endpoint endpoint_preferences = {
    DIALECT_OPENAI, preferences_serve};
static const struct endpoint endpoint_asset = {DIALECT_OPENAI, asset_serve};

const struct route admin_routes[] = {
    {"GET", "/", &endpoint_overview},
    {"GET", "/sessions", &endpoint_sessions},
    {"POST", "/sessions", &endpoint_end_session},
    {"GET", "/sign-in", &endpoint_sign_in_page},
    {"POST", "/sign-in", &endpoint_sign_in},
    {"POST", "/sign-out", &endpoint_sign_out},
    {"GET", "/storage", &endpoint_storage},
    {"POST", "/storage", &endpoint_clear},
    {"POST", "/preferences", &endpoint_preferences},
    {"GET", "/static/{}", &endpoint_asset},
};
const size_t admin_n_routes = COUNT_OF(admin_routes);
