// A set of precompiled headers (precompiled_headers.cmake) needs a source file.
int main() {}
