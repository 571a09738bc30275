internal import Kernel

/// `GET /api/v1/me`: who a session or a token stands for, and where.
enum PersonEndpoint {
    static func json(_ person: Person, kind: Credential.Kind) -> JSONValue {
        let organisations = person.organisations.map { organisation in
            JSONValue.object([
                ("id", .id(organisation.id)), ("kind", .string(organisation.kind)), ("slug", .string(organisation.slug)),
                ("name", .string(organisation.name)), ("town", .string(organisation.town)),
                ("time_zone", .string(organisation.timeZone)), ("roles", .texts(organisation.roles.sorted())),
                ("permissions", .texts(organisation.permissions.sorted())), ("modules", .texts(organisation.modules.sorted())),
            ])
        }
        return .object([
            ("id", .id(person.account)), ("email", .string(person.email)), ("first_name", .string(person.firstName)),
            ("last_name", .string(person.lastName)), ("credential", .string(kind.rawValue)), ("second_factor", .bool(person.hasTOTP)),
            ("organisations", .array(organisations)),
        ])
    }

    /// JSON Schema of the answer, for the OpenAPI document.
    static let responseSchema: JSONValue = {
        let texts = APISchema.list(APISchema.text)
        let organisation = APISchema.object([
            ("id", APISchema.id), ("kind", APISchema.codes(["MSP", "FEDERATION", "AUTHORITY", "EMPLOYER"])), ("slug", APISchema.text),
            ("name", APISchema.text), ("town", APISchema.text), ("time_zone", APISchema.text), ("roles", texts), ("permissions", texts),
            ("modules", texts),
        ])
        return APISchema.object([
            ("id", APISchema.id), ("email", APISchema.text), ("first_name", APISchema.text), ("last_name", APISchema.text),
            ("credential", APISchema.codes(["session", "token"])), ("second_factor", APISchema.boolean),
            ("organisations", APISchema.list(organisation)),
        ])
    }()
}
