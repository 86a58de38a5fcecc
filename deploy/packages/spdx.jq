# The SPDX 2.3 document of deploy/packages/build. Input: an array of {file, name, version, sum, depends}; $linked: lines
# "name version licence address".
def id: "SPDXRef-" + gsub("[^A-Za-z0-9.]"; "-");
def licence: gsub("-WITH-"; " WITH ");
. as $debs
| [$linked | split("\n")[] | select(. != "") | split(" ") | {name: .[0], version: .[1], licence: (.[2] | licence), purl: .[3]}] as $libraries
# What both contain, and what only a static file does.
| ["openssl", "glibc", "libstdc++"] as $static_only
| {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "injector-\($debs[0].version)",
    documentNamespace: "https://spdx.org/spdxdocs/injector-\($debs[0].version)-\($commit)",
    creationInfo: {created: $created, creators: ["Tool: deploy/packages/build"]},
    packages: (
      [$debs[] | {
        SPDXID: (.name | id), name, versionInfo: .version, packageFileName: .file, filesAnalyzed: false,
        downloadLocation: "NOASSERTION", licenseConcluded: "MIT", licenseDeclared: "MIT",
        copyrightText: "Copyright (c) 2026 The injector authors",
        checksums: [{algorithm: "SHA256", checksumValue: .sum}],
        sourceInfo: "commit \($commit)",
        comment: (if .depends == "" then "depends on no other package" else "depends on: " + .depends end)
      }]
      + [$libraries[] | {
        SPDXID: ("linked-" + .name | id), name, versionInfo: .version, filesAnalyzed: false, downloadLocation: "NOASSERTION",
        licenseConcluded: .licence, licenseDeclared: .licence, copyrightText: "NOASSERTION",
        externalRefs: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: .purl}]
      }]),
    relationships: (
      [$debs[] | {spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: (.name | id)}]
      + [$debs[] as $deb | $libraries[]
         | select($deb.name == "runner-shim" or (.name as $library | $static_only | index($library) | not))
         | {spdxElementId: ($deb.name | id), relationshipType: "STATIC_LINK", relatedSpdxElement: ("linked-" + .name | id)}])
  }
