import Testing

@_spi(TrustedSQL) @testable import Postgres

@Suite("Statements and cells")
struct StatementTests {
    @Test("Names are quoted when they are plain, and refused otherwise")
    func identifiers() throws {
        #expect(try SQL.identifier("kernel.accounts").text == "\"kernel\".\"accounts\"")
        #expect(try SQL.identifier("_x1").text == "\"_x1\"")
        for name in ["", "a b", "A", "1a", "a.b.c", "a.", ".a", "a\"b", "é", "a;--", String(repeating: "a", count: 64)] {
            #expect(throws: PostgresError.self) { try SQL.identifier(name) }
        }
    }

    @Test("Texts are put together from literals")
    func composition() throws {
        let sql = "select " + SQL.joined([try .identifier("id"), .parameter(2)], separator: ", ") + " from t"
        #expect(sql.text == "select \"id\", $2 from t")
        #expect(["a", "b"].map { (sql: SQL) in sql }.joined(separator: " and ").text == "a and b")
    }

    func encoded(_ parameter: Parameter) -> String? {
        var bytes: [UInt8] = []
        return parameter.append(to: &bytes) ? String(decoding: bytes, as: UTF8.self) : nil
    }

    @Test("Parameters are written in the server's text format")
    func parameters() throws {
        #expect(encoded(nil) == nil)
        #expect(encoded(.text(nil)) == nil)
        #expect(encoded("été") == "été")
        #expect(encoded(-42) == "-42")
        #expect(encoded(.int(.min)) == "-9223372036854775808")
        #expect(encoded(.int(.max)) == "9223372036854775807")
        #expect(encoded(.int(1_000_000)) == "1000000")
        #expect(encoded(true) == "t")
        #expect(encoded(.bytes([0, 255, 16])) == "\\x00ff10")
        #expect(encoded(.texts(["a", "b \"c\" \\", "", "NULL"])) == #"{"a","b \"c\" \\","","NULL"}"#)
        #expect(encoded(.ints([])) == "{}")
        #expect(encoded(.double(-.infinity)) == "-Infinity")
        #expect(encoded(.instant(Instant(iso8601: "2026-11-21T20:25:37Z"))) == "2026-11-21T20:25:37Z")
    }

    @Test("A text with U+0000 is refused before it is sent")
    func nul() {
        #expect(throws: PostgresError.self) { try EncodedPipeline([Query("select $1", .text("a\u{0}b"))]) }
        #expect(throws: PostgresError.self) { try EncodedPipeline([Query("select $1", .texts(["a\u{0}b"]))]) }
    }

    @Test("Only a rollback expects the answer ROLLBACK")
    func rollbackTags() {
        func isRollback(_ sql: String) -> Bool { EncodedPipeline.Statement(sql: sql, firstParameter: 0, parameterCount: 0).isRollback }
        #expect(isRollback("rollback"))
        #expect(isRollback("\n ROLLBACK to savepoint a"))
        #expect(isRollback("abort"))
        #expect(!isRollback("commit"))
        #expect(!isRollback("roll"))
    }

    func decode<T: PostgresDecodable>(_ text: String?, as type: T.Type = T.self) throws -> T {
        guard let text else { return try T.decode(nil) }
        return try Array(text.utf8).withUnsafeBufferPointer { try T.decode($0) }
    }

    @Test("Arrays are read with quotes and escapes; nulls and nested arrays are refused")
    func arrays() throws {
        #expect(try decode("{}", as: [String].self) == [])
        #expect(try decode(#"{a,"b c","d\"e\\f","NULL","",","}"#, as: [String].self) == ["a", "b c", "d\"e\\f", "NULL", "", ","])
        #expect(try decode("{1,-2,3}", as: [Int].self) == [1, -2, 3])
        for text in [
            "", "{", "{a", "{a,}", "{,a}", "{NULL}", "{null}", "{{1}}", "[1:2]={1,2}", #"{"a}"#, #"{"a"b}"#, #"{a"b"}"#, #"{"a\}"#, "{a}}x",
        ] {
            #expect(throws: PostgresError.self, "\(text)") { try decode(text, as: [String].self) }
        }
        #expect(try decode(nil, as: [Int]?.self) == nil)
    }

    @Test("Cells are read strictly")
    func cells() throws {
        #expect(try decode("-9223372036854775808", as: Int.self) == .min)
        #expect(try decode("9223372036854775807", as: Int.self) == .max)
        for text in ["9223372036854775808", "-9223372036854775809", "", "-", "1.0", "1 "] {
            #expect(throws: PostgresError.self) { try decode(text, as: Int.self) }
        }
        #expect(try decode("t", as: Bool.self))
        #expect(throws: PostgresError.self) { try decode("true", as: Bool.self) }
        #expect(throws: PostgresError.self) { try decode(nil, as: String.self) }
        #expect(try decode("\\x00ff", as: [UInt8].self) == [0, 255])
        #expect(throws: PostgresError.self) { try decode("\\x0", as: [UInt8].self) }
        #expect(try decode("2026-11-21 20:25:37.5+00", as: Instant.self).iso8601 == "2026-11-21T20:25:37.5Z")
        #expect(try decode("2026-11-21 20:25:37-05:30", as: Instant.self).iso8601 == "2026-11-22T01:55:37Z")
        #expect(throws: PostgresError.self) { try decode("infinity", as: Instant.self) }
        #expect(throws: PostgresError.self) { try decode("0044-03-15 BC", as: CivilDate.self) }
        #expect(throws: PostgresError.self) { try decode("NaN", as: ExactDecimal.self) }
    }

    enum Stage: String, PostgresEnum {
        case draft, held
    }

    @Test("Enumerations decode by their raw value")
    func enumerations() throws {
        #expect(try decode("held", as: Stage.self) == .held)
        #expect(try decode("{draft,held}", as: [Stage].self) == [.draft, .held])
        #expect(throws: PostgresError.self) { try decode("gone", as: Stage.self) }
    }

    @Test("Statements leave the table in the order of their last use; a name is a digest of the text")
    func preparedStatements() {
        func name(_ text: String) -> String { PreparedStatements.name(of: text) }
        var table = PreparedStatements(limit: 2)
        #expect(name("a").utf8.count == 25 && name("a") != name("b"))
        #expect(table.call(for: "a") == .new(name("a")))
        #expect(table.call(for: "b") == .new(name("b")))
        #expect(table.call(for: "a") == .known(name("a")))
        #expect(table.call(for: "c") == .new(name("c")))
        table.evict()
        #expect(table.evicted == [name("b")])
        table.forget("c")
        #expect(table.call(for: "c") == .new(name("c")))
        // The server still holds what has not been deallocated yet: preparing it again would be refused.
        #expect(table.call(for: "b") == .known(name("b")))
        #expect(table.evicted.isEmpty)
        table.reset()
        #expect(table.mustReset && table.evicted.isEmpty && table.count == 0)
        #expect(table.call(for: "a") == .unnamed)
        table.housekeepingSent()
        #expect(table.call(for: "a") == .new(name("a")))
    }

    @Test("Where no statement is kept, all go without a name and nothing is to be cleaned")
    func noStatements() {
        var table = PreparedStatements(limit: 0)
        #expect(table.call(for: "a") == .unnamed)
        table.reset()
        #expect(!table.needsHousekeeping)
    }

    @Test("The configuration shows no password, and an unreadable address is not repeated")
    func configuration() throws {
        let configuration = try PostgresConfiguration(url: "postgres://ana:s3cret@db.example:6432/collectif?options=-c%20work_mem%3D8MB")
        for text in ["\(configuration)", String(reflecting: configuration)] { #expect(!text.contains("s3cret")) }
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cret"))
        let settings = configuration.startupSettings()
        #expect(
            settings.filter { $0.keyword == "options" }.map(\.value) == ["-c work_mem=8MB"], "only what the address itself says")
        #expect(!(try PostgresConfiguration(url: "postgres://db.example/x").startupSettings()).contains { $0.keyword == "options" })
        #expect(settings.contains { $0.keyword == "client_encoding" && $0.value == "UTF8" })
        do throws(PostgresError) {
            _ = try PostgresConfiguration(url: "postgres://ana:s3cret@[broken")
            Issue.record("the address is unreadable")
        } catch {
            #expect(error.kind == .configuration)
            #expect(!"\(error)".contains("s3cret"))
        }
    }

    @Test("An error shows condition and constraint, never the server's message")
    func errors() {
        let error = PostgresError(
            kind: .server, sqlState: .uniqueViolation, constraint: "accounts_mail_key", table: "accounts", unsafeServerMessage: "Mme Petit")
        #expect("\(error)" == "postgres server 23505, constraint accounts_mail_key, table accounts")
        var dumped = ""
        dump(error, to: &dumped)
        for text in [dumped, String(reflecting: error), "\(error as any Error)"] { #expect(!text.contains("Petit")) }
        #expect(SQLState.deadlockDetected.isTransient && !SQLState.uniqueViolation.isTransient)
        #expect(SQLState.adminShutdown.isConnectionLost && SQLState(rawValue: "08006").isConnectionLost)
    }
}
