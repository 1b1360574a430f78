// Imported before shared.mjs: a stack of this file's own, which no other file
// has left anything in.
delete process.env.KEYWHEEL_E2E;
