#pragma once

namespace injector::testing {

// Made for tests by openssl(1); it opens nothing.
inline constexpr const char* kRsaKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMAJxD6NpR74yINQ\n"
    "23cI+OZR5jf4Ytd7/s9V/XU2712HpeT+0u4t9dwvpMEP7eecLi15lSc0njFWr7BA\n"
    "51fGw8c42Lo0tmKO3JjQ9hME6Zv7JrFQCH95kIMIaFknv4KvIg1HdFi8Nw6BbYHy\n"
    "XGeqFxqMPY0iFQqbi69Goxbn4PvDAgMBAAECgYBrDAasp+CHZz6+lHAB5qp4GOcw\n"
    "A/F1FNVxVgm3MSw1Asxi3flOc6g9WQGJ7Qs8tD65crDF7frQnfXJViSfNVkj2FFb\n"
    "uzLw/Hl5TPZOPEAawG00GPF3ro0W+TqgLOxj7FhnDdmCIP5dU7vYSp4zt6jxFhuc\n"
    "pyJ4UxMIw0x8FX/CAQJBAPIhcVGi8cugDx0SJwmgE8jZwMe2x17I9UUwVWsABZnP\n"
    "gwLM08Ie9+3Xw2HYvDexDuLXNM0rhL2yMfOXep+WgUECQQDLCcb9tsVyLxIqLjxM\n"
    "XL1duDxPqL+lBOa22KVc2keRhaS2gln9M7WwedN8XwSR5mQFBpMQVBHPh9aySIZD\n"
    "x3gDAkBteT9h+Lk4JpsOuslZqb2oPwPRiEtmCJgUe0DziuP9YfxLBM7tYtEYAUi+\n"
    "cZ7P00b2uvSNmxJ+LhY1m5R+mS7BAkEAjOJ87KH9Qaz92rz4ZDhZwgVL/C5oxLWw\n"
    "7aFIpTRlQsnMMEQk8zgFU65FHGDGSALo1j/ongTn0uw8ArumRrPLRwJBAMN9ko2D\n"
    "vcXSZfKe0TFKKyLgpdeMXVulmjAh5I4G9gucW20dHo/jRtex715q+31i0lh+d8Hn\n"
    "g3QKjWN5uTjq5LE=\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace injector::testing
