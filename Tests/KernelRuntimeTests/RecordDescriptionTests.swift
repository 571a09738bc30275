import Kernel
import Testing

@testable import KernelRuntime

@Suite("Faces of records: routes and their description")
struct RecordDescriptionTests {
    private let document = OpenAPIDocument.make(
        catalog: RecordSamples.catalog, endpoints: [], version: "1.0", publicURL: "https://exemple.fr")

    private func operations() throws -> [(path: String, method: String, operation: JSONValue)] {
        let paths = try #require(document["paths"]?.objectValue)
        return paths.flatMap { path, item in
            (item.objectValue ?? []).filter { $0.0 != "parameters" }.map { (path, $0.0, $0.1) }
        }
    }

    @Test("every endpoint is described, with its permission and the answers it can give")
    func complete() throws {
        let operations = try operations()
        let endpoints = RecordSamples.all.flatMap {
            RecordFaces(record: $0, module: RecordSamples.module, catalog: RecordSamples.catalog).endpoints
        }
        #expect(operations.count == endpoints.count)
        for (_, method, operation) in operations {
            let statuses = Set(try #require(operation["responses"]?.objectValue).map(\.0))
            #expect(statuses.isSuperset(of: ["400", "401", "403", "404", "429"]))
            #expect(operation["x-permission"]?.stringValue?.isEmpty == false)
            if method == "patch" || method == "delete" { #expect(statuses.isSuperset(of: ["412", "428"])) }
            if method != "get" { #expect(statuses.isSuperset(of: ["413", "415"])) }
        }
        let ids = operations.compactMap { $0.operation["operationId"]?.stringValue }
        #expect(Set(ids).count == operations.count)
    }

    @Test("every object is closed, in bodies and in answers")
    func closed() {
        var open: [String] = []
        func walk(_ value: JSONValue, _ place: String) {
            switch value {
            case .object(let members):
                if value["type"]?.stringValue == "object", value["properties"] != nil, value["additionalProperties"] != .bool(false) {
                    open.append(place)
                }
                for (name, member) in members { walk(member, "\(place)/\(name)") }
            case .array(let elements): for (index, element) in elements.enumerated() { walk(element, "\(place)/\(index)") }
            default: break
            }
        }
        walk(document, "")
        #expect(open == [])
    }

    @Test("every reference inside the document leads somewhere")
    func references() {
        func walk(_ value: JSONValue) {
            if let reference = value["$ref"]?.stringValue {
                var target: JSONValue? = document
                for part in reference.dropFirst(2).split(separator: "/") { target = target?[String(part)] }
                #expect(target != nil, "\(reference)")
            }
            switch value {
            case .object(let members): for (_, member) in members { walk(member) }
            case .array(let elements): for element in elements { walk(element) }
            default: break
            }
        }
        walk(document)
    }

    @Test("a list has the parameters of its screen, and limit and cursor")
    func parameters() throws {
        let list = try #require(try operations().first { $0.operation["operationId"]?.stringValue == "sample.session.list" })
        let names = Set((list.operation["parameters"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
        #expect(
            names.isSuperset(of: [
                "limit", "cursor", "q", "sort", "archived", "mode", "starts_at", "starts_at_from", "starts_at_to", "seats_min",
            ]))
        #expect(!names.contains("notes"))
    }

    @Test("a creation demands what is required and has no default, a patch demands nothing")
    func bodies() {
        let plan = RecordSamples.plan(RecordSamples.session)
        let creation = FieldSchema.body(plan.writable(creating: true), demanding: true)
        #expect(creation["required"] == .array([.string("title"), .string("starts_at")]))
        #expect(creation["properties"]?["status"] == nil)
        #expect(FieldSchema.body(plan.writable(creating: false), demanding: false)["required"] == nil)
    }

    @Test("routes exist for the acts that somebody may do, and for no other")
    func routes() {
        let tiny = RecordFaces(record: RecordSamples.room, module: RecordSamples.module, catalog: RecordSamples.catalog)
        #expect(
            tiny.pages.map { "\($0.method.rawValue) \($0.path)" } == [
                "GET salles", "GET salles/nouveau", "POST salles/nouveau", "GET salles/:id",
            ])
        #expect(tiny.endpoints.map { "\($0.method.rawValue) \($0.path)" } == ["GET rooms", "GET rooms/:id", "POST rooms"])
        let wide = RecordFaces(record: RecordSamples.session, module: RecordSamples.module, catalog: RecordSamples.catalog)
        #expect(wide.endpoints.contains { $0.method == .post && $0.path == "sessions/:id/hold" })
        #expect(wide.pages.contains { $0.method == .get && $0.path == "seances/:id/tenir" })
    }

    @Test("a declaration that cannot work is told before the start")
    func faults() {
        #expect(RecordSamples.all.flatMap(RecordFaces.faults) == [])
        let wrong = RecordType(
            id: "sample.wrong", table: "sample.Wrong", words: RecordWords("a", "b", isFeminine: false, purpose: ""), path: "x",
            apiPath: "x",
            fields: [
                RecordField("sort", .text(max: 3), label: "L"), RecordField("a", .date, label: "L"),
                RecordField("a_from", .boolean, label: "L"),
            ],
            titleField: "sort", columns: ["sort"], search: [], order: RecordOrder("a"),
            permissions: RecordPermissions(read: "sample.wrong.read", create: nil, update: nil, archive: nil))
        #expect(RecordFaces.faults(wrong).count == 3)
    }
}
