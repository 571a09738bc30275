import Testing

@_spi(TrustedSQL) @testable import Postgres

@Suite("Pipelines on a server", .enabled(if: LiveDatabase.url != nil))
struct LivePipelineTests {
    @Test("A transaction travels in one pipeline and each statement has its result")
    func pipelinedTransaction() async throws {
        try await LiveDatabase.withPool { pool in
            try await LiveDatabase.withTable(pool, "id int primary key, label text") { table in
                let results = try await pool.pipeline([
                    Query("begin"),
                    Query("insert into " + table + " values ($1, $2), ($3, null)", 1, "été", 2),
                    Query("select id, label from " + table + " order by id"),
                    Query("commit"),
                ])
                #expect(results.count == 4)
                #expect(results[1].affectedRows == 2)
                #expect(results[2].columns == ["id", "label"])
                #expect(try results[2].map { try $0["id"] as Int } == [1, 2])
                #expect(try results[2][0]["label"] as String == "été")
                #expect(try results[2][1][1] as String? == nil)
                #expect(results[2][1].isNull(1))
                #expect(results[2][0].withBytes(0) { $0.map { Array($0) } } == [UInt8(ascii: "1")])
                #expect(results[2][0].index(of: "nothing") == nil)
                #expect(throws: PostgresError.self) { try results[2][0]["nothing"] as Int }
                #expect(throws: PostgresError.self) { try results[2][0][7] as Int }
                #expect(throws: PostgresError.self) { try results[2][0]["label"] as Int }
            }
        }
    }

    @Test("Rows outlive their pool")
    func rowsOutliveThePool() async throws {
        let rows = try await LiveDatabase.withPool { try await $0.run(Query("select 'x' || i from generate_series(1, 3) i")) }
        #expect(try rows.map { try $0[0] as String } == ["x1", "x2", "x3"])
    }

    @Test("A statement is prepared once per connection")
    func preparedOnce() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            for number in 1...5 {
                let value: Int = try await pool.run(Query("select $1::int * 2", .int(number))).scalar()
                #expect(value == number * 2)
            }
            let count = try await pool.run(Query("select count(*) from pg_prepared_statements where statement = 'select $1::int * 2'"))
            #expect(try count.scalar(as: Int.self) == 1)
        }
    }

    @Test("Beyond the limit the statement unused for longest is deallocated")
    func preparedLimit() async throws {
        try await LiveDatabase.withPool(size: 1, configure: { $0.maxPreparedStatements = 4 }) { pool in
            for number in 1...20 { _ = try await pool.run(Query(SQL(trusted: "select \(number)"))) }
            let known = try await pool.run(Query("select array_agg(statement order by prepare_time) from pg_prepared_statements"))
            let texts: [String] = try known.scalar()
            #expect(texts.count <= 5)
            #expect(texts.contains("select 20") && !texts.contains("select 1"))
        }
    }

    @Test("After its table has changed, a prepared statement works again at the second try")
    func changedPlan() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            try await LiveDatabase.withTable(pool, "a int") { table in
                let query = Query("select * from " + table)
                _ = try await pool.run(query)
                _ = try await pool.pipeline([Query("alter table " + table + " add column b int")])
                let error = try await LiveDatabase.failure { _ = try await pool.run(query) }
                #expect(error.sqlState == .featureNotSupported)
                #expect(try await pool.run(query).columns == ["a", "b"])
                let count = try await pool.run(Query("select count(*) from pg_prepared_statements where statement like 'select * from%'"))
                #expect(try count.scalar(as: Int.self) == 1)
            }
        }
    }

    @Test("Statements that someone else deallocated are prepared again")
    func deallocated() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            _ = try await pool.run(Query("select 1"))
            _ = try await pool.run(Query("deallocate all"))
            #expect(try await LiveDatabase.failure { _ = try await pool.run(Query("select 1")) }.sqlState == .invalidStatementName)
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
        }
    }

    @Test("A refused row gives condition, constraint and table, and no data")
    func errorMapping() async throws {
        try await LiveDatabase.withPool { pool in
            try await LiveDatabase.withTable(pool, "mail text constraint mail_once unique, age int constraint age_positive check (age > 0)")
            { table in
                let insert = Query("insert into " + table + " values ($1, $2)", "mme.petit@example.fr", 5)
                _ = try await pool.run(insert)
                let unique = try await LiveDatabase.failure { _ = try await pool.run(insert) }
                #expect(unique.kind == .server && unique.sqlState == .uniqueViolation && unique.constraint == "mail_once")
                #expect(unique.table.map { table.text.contains($0) } == true)
                #expect(unique.unsafeServerMessage?.contains("mail_once") == true)
                #expect(!"\(unique)".contains("petit"))
                let check = try await LiveDatabase.failure { _ = try await pool.run(Query("insert into " + table + " values (null, -1)")) }
                #expect(check.sqlState == .checkViolation && check.constraint == "age_positive")
                let text = try await LiveDatabase.failure { _ = try await pool.run(Query("select $1::int", "M. Durand")) }
                #expect(text.sqlState == .invalidTextRepresentation && !"\(text) \(String(reflecting: text))".contains("Durand"))
                #expect(
                    try await LiveDatabase.failure { _ = try await pool.run(Query("select * from nowhere")) }.sqlState == .undefinedTable)
            }
        }
    }

    @Test("An error rolls the transaction back before the caller knows, and the connection serves on")
    func rollbackAfterError() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            try await LiveDatabase.withTable(pool, "id int primary key") { table in
                let error = try await LiveDatabase.failure {
                    _ = try await pool.pipeline([
                        Query("begin"), Query("insert into " + table + " values (1)"), Query("insert into " + table + " values (1)"),
                        Query("commit"),
                    ])
                }
                #expect(error.sqlState == .uniqueViolation)
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 0)
                #expect(pool.statistics.opened == 1)
            }
        }
    }

    @Test("Without begin the pipeline is one transaction; a deferred constraint fails at its end")
    func implicitTransaction() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            try await LiveDatabase.withTable(pool, "id int unique deferrable initially deferred") { table in
                let late = try await LiveDatabase.failure {
                    _ = try await pool.pipeline([
                        Query("insert into " + table + " values (1)"), Query("insert into " + table + " values (1)"),
                    ])
                }
                #expect(late.sqlState == .uniqueViolation)
                _ = try await LiveDatabase.failure {
                    _ = try await pool.pipeline([Query("insert into " + table + " values (2)"), Query("select 1/0")])
                }
                #expect(try await pool.run(Query("select count(*) from " + table)).scalar() == 0)
            }
        }
    }

    @Test("A list that leaves its transaction open is rolled back and said to be wrong")
    func leftOpen() async throws {
        try await LiveDatabase.withPool(size: 1) { pool async throws in
            #expect(
                try await LiveDatabase.failure { _ = try await pool.pipeline([Query("begin"), Query("select 1")]) }.kind == .configuration)
            #expect(try await pool.run(Query("select pg_current_xact_id_if_assigned() is null")).scalar() == true)
        }
    }

    @Test("A commit that the server turns into a rollback is an error")
    func commitBecomesRollback() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            let error = try await LiveDatabase.failure {
                try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
                    _ = try? await transaction.run(Query("select 1/0"))
                }
            }
            #expect(error.kind == .server && error.sqlState == .inFailedTransaction)
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
        }
    }

    @Test("All kinds of values go there and back")
    func roundTrips() async throws {
        try await LiveDatabase.withPool { pool in
            let id = Identifier.make()
            let now = Instant.now
            let day = try #require(CivilDate("2028-02-29"))
            let decimal = try #require(ExactDecimal("-123456789012345678.901234567890"))
            let bytes = (0...255).map { UInt8($0) }
            let texts = ["", "a", "d'été « là »", "x\"y\\z", "{,}", "NULL", "a\nb"]
            let result = try await pool.run(
                Query(
                    """
                    select $1::uuid, $2::timestamptz, $3::date, $4::numeric, $5::bytea, $6::jsonb, $7::uuid[], $8::text[], $9::bigint[],
                           $10::bool, $11::float8, $12::text, $13::int, $14::jsonb ->> 'nom', array[]::text[], array[true, false]
                    """,
                    .id(id), .instant(now), .date(day), .decimal(decimal), .bytes(bytes), .json(#"{"b": [1, 2], "a": null}"#),
                    .ids([id, .make()]),
                    .texts(texts), .ints([.min, 0, .max]), false, .double(0.1), "🩺 œuf", nil, .json(#"{"nom": "Zoé"}"#)))
            let row = try #require(result.first)
            #expect(try row[0] as Identifier == id)
            #expect(try row[1] as Instant == now)
            #expect(try row[2] as CivilDate == day)
            #expect(try (row[3] as ExactDecimal).description == decimal.description)
            #expect(try row[4] as [UInt8] == bytes)
            #expect(try row[5] as String == #"{"a": null, "b": [1, 2]}"#)
            #expect(try (row[6] as [Identifier]).first == id)
            #expect(try row[7] as [String] == texts)
            #expect(try row[8] as [Int] == [.min, 0, .max])
            #expect(try row[9] as Bool == false)
            #expect(try row[10] as Double == 0.1)
            #expect(try row[11] as String == "🩺 œuf")
            #expect(try row[12] as Int? == nil)
            #expect(try row[13] as String == "Zoé")
            #expect(try (row[14] as [String]).isEmpty)
            #expect(try row[15] as [Bool] == [true, false])
        }
    }

    @Test("Answers and requests larger than every buffer pass")
    func large() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            let text = String(repeating: "abcdefghij", count: 200_000)
            let results = try await pool.pipeline((0..<4).map { _ in Query("select $1::text, repeat('x', 5000000)", .text(text)) })
            for result in results {
                #expect(try result[0][0] as String == text)
                #expect(try (result[0][1] as String).utf8.count == 5_000_000)
            }
            let many = try await pool.pipeline((0..<3000).map { Query("select $1::int", .int($0)) })
            #expect(try many.enumerated().allSatisfy { try $1.scalar() == $0 })
        }
    }

    @Test("A script runs several statements, fails as one, and leaves a clean session")
    func script() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            _ = try await pool.run(Query("select 1"))
            try await pool.simple("create temporary table a (id int); insert into a values (1); set work_mem = '1MB'; select 1;")
            #expect(try await pool.run(Query("select current_setting('work_mem')")).scalar(as: String.self) != "1MB")
            #expect(
                try await LiveDatabase.failure { try await pool.simple("create table b (id int); select 1/0; select 2") }.sqlState?.rawValue
                    == "22012")
            #expect(try await LiveDatabase.failure { try await pool.simple("begin; create table b (id int)") }.kind == .configuration)
            #expect(try await pool.run(Query("select to_regclass('b') is null and to_regclass('a') is null")).scalar() == true)
            _ = try await LiveDatabase.failure { try await pool.simple("copy pg_class from stdin") }
            #expect(try await pool.run(Query("select 1")).scalar() == 1)
            try await pool.simple("")
        }
    }

    @Test("Scripts run under an advisory lock of the session, which stays; what they set does not")
    func scriptsUnderLock() async throws {
        try await LiveDatabase.withPool(size: 1) { pool in
            _ = try await pool.run(Query("select pg_advisory_lock(hashtext('collectif-tests-scripts'))"))
            try await pool.simple("set default_transaction_read_only = on; select 1")
            try await pool.simple("select 2")
            let row = try await pool.run(
                Query(
                    """
                    select count(*), bool_and(current_setting('default_transaction_read_only') = 'off') from pg_locks
                     where locktype = 'advisory' and pid = pg_backend_pid()
                    """))[0]
            #expect(try row[0] as Int == 1)
            #expect(try row[1] as Bool)
        }
    }

    @Test("The session has the name and the encoding of the client; the rest is the role's")
    func session() async throws {
        try await LiveDatabase.withPool(size: 1, settings: "-c statement_timeout=1500") { pool in
            let row = try await pool.run(
                Query(
                    """
                    select current_setting('statement_timeout'), current_setting('application_name'), current_setting('client_encoding')
                    """))[0]
            #expect(try (0..<3).map { try row[$0] as String } == ["1500ms", "collectif-tests", "UTF8"])
        }
    }

    @Test("Without names on the connection the answers are the same, and the server keeps no statement", arguments: [true, false])
    func unnamed(keeps: Bool) async throws {
        try await LiveDatabase.withPool(size: 1, configure: { $0.keepsStatements = keeps }) { pool in
            for _ in 0..<3 {
                let results = try await pool.pipeline(
                    Query("begin"), Query("select $1::int + 1", 41), Query("select $1::bytea", .bytes([0, 255])), Query("commit"))
                #expect(try results[1].scalar() == 42)
                #expect(try results[2].scalar() == [0, 255] as [UInt8])
            }
            #expect(try await LiveDatabase.failure { _ = try await pool.run(Query("select 1 / $1::int", 0)) }.sqlState?.rawValue == "22012")
            let kept: Int = try await pool.run(Query("select count(*)::int from pg_prepared_statements")).scalar()
            #expect(keeps ? kept >= 4 : kept == 0)
        }
    }

    @Test("A statement's name is a digest of its text, the same on every connection")
    func names() async throws {
        let text = "select 'named'"
        try await LiveDatabase.withPool(size: 1) { pool in
            _ = try await pool.run(Query("select 'named'"))
            let name: String = try await pool.run(
                Query("select name from pg_prepared_statements where statement = $1", .text(text))
            ).scalar()
            #expect(name == PreparedStatements.name(of: text))
        }
    }

    @Test("An address that leads to PostgreSQL itself is not taken for a pooler")
    func noPooler() async throws {
        #expect(try await PostgresConfiguration(url: try LiveDatabase.address()).pooler() == .none)
    }
}
