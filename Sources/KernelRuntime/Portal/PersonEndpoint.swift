internal import Kernel

/// `GET /api/v1/me`: who a session or a token stands for, and where.
enum PersonEndpoint {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "api/v1/me", .person) { request in
                let (person, credential) = try request.signedIn()
                return .api(answer(person, kind: credential.kind))
            }
        ]
    }

    static func answer(_ person: Person, kind: Credential.Kind) -> APIResponse {
        APIResponse.json { writer in
            writer.object {
                writer.member("id", person.account.description)
                writer.member("email", person.email)
                writer.member("first_name", person.firstName)
                writer.member("last_name", person.lastName)
                writer.member("credential", kind.rawValue)
                writer.member("second_factor", person.hasTOTP)
                writer.key("organisations")
                writer.array {
                    for organisation in person.organisations {
                        writer.object {
                            writer.member("id", organisation.id.description)
                            writer.member("kind", organisation.kind)
                            writer.member("slug", organisation.slug)
                            writer.member("name", organisation.name)
                            writer.member("town", organisation.town)
                            writer.member("time_zone", organisation.timeZone)
                            texts("roles", organisation.roles, writer)
                            texts("permissions", organisation.permissions, writer)
                            texts("modules", organisation.modules, writer)
                        }
                    }
                }
            }
        }
    }

    private static func texts(_ name: String, _ values: Set<String>, _ writer: JSONWriter) {
        writer.key(name)
        writer.array { for value in values.sorted() { writer.string(value) } }
    }

    /// JSON Schema of the answer, for the OpenAPI document.
    static let responseSchema: JSONValue = {
        func text(_ format: String? = nil) -> JSONValue {
            .object([("type", .string("string"))] + (format.map { [("format", .string($0))] } ?? []))
        }
        func closed(_ members: [(String, JSONValue)]) -> JSONValue {
            .object([
                ("type", .string("object")), ("additionalProperties", .bool(false)),
                ("required", .array(members.map { .string($0.0) })), ("properties", .object(members)),
            ])
        }
        let texts: JSONValue = .object([("type", .string("array")), ("items", text())])
        func codes(_ values: [String]) -> JSONValue {
            .object([("type", .string("string")), ("enum", .array(values.map(JSONValue.string)))])
        }
        return closed([
            ("id", text("uuid")), ("email", text()), ("first_name", text()), ("last_name", text()),
            ("credential", codes(["session", "token"])),
            ("second_factor", .object([("type", .string("boolean"))])),
            (
                "organisations",
                .object([
                    ("type", .string("array")),
                    (
                        "items",
                        closed([
                            ("id", text("uuid")), ("kind", codes(["MSP", "FEDERATION", "AUTHORITY", "EMPLOYER"])), ("slug", text()),
                            ("name", text()),
                            ("town", text()), ("time_zone", text()), ("roles", texts), ("permissions", texts), ("modules", texts),
                        ])
                    ),
                ])
            ),
        ])
    }()
}
