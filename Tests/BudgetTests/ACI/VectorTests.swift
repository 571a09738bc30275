import Kernel
import Testing

@testable import Budget

/// The development vectors of the accord (aci.md, section 9), one test each; figures and identifiers as there.
@Suite("ACI vectors, axis 2 and 3")
struct VectorTests {
    @Test(
        "D01 to D04: coordination",
        arguments: [(8000, "4400", 3_080_000), (3000, "2275", 1_592_500), (2500, "2062.5", 1_443_750), (9000, "4675", 3_272_500)])
    func coordination(patients: Int, points: String, cents: Int) throws {
        let result = try ACI.msp(patients: patients, #""coordination": true"#)
        #expect(result.points(.coordination) == points)
        #expect(result.cents(.coordination) == cents)
    }

    @Test(
        "D07, D08: concertation, the rate cut to two decimals of a percent", arguments: [(50, "2000", 1_400_000), (30, "1844", 1_290_800)])
    func concertation(files: Int, points: String, cents: Int) throws {
        let members =
            #""concertation": {"meetings": 6, "files": \#(files), "eligible_patients": 650}, "contract": {"starts_on": "2023-01-01"}"#
        let result = try ACI.msp(patients: 8000, members)
        #expect(result.points(.concertation) == points)
        #expect(result.cents(.concertation) == cents)
    }

    @Test("D08: with the exact rate, 1846.15 points")
    func concertationExact() throws {
        let members = #""concertation": {"meetings": 6, "files": 30, "eligible_patients": 650, "rate_precision": "exact"}"#
        let result = try ACI.msp(patients: 8000, members)
        #expect(result.points(.concertation).hasPrefix("1846.153846"))
        #expect(result.cents(.concertation) == 1_292_308)
    }

    @Test(
        "D09: protocols without IPA",
        arguments: [(0, "0", 0), (1, "100", 70_000), (2, "200", 140_000), (8, "800", 560_000), (9, "800", 560_000)])
    func protocols(count: Int, points: String, cents: Int) throws {
        let result = try ACI.msp(#""protocols": \#(count)"#)
        #expect(result.points(.protocols) == points)
        #expect(result.cents(.protocols) == cents)
    }

    @Test("D10: trainees", arguments: [(1, "0", 0), (2, "450", 315_000), (5, "900", 630_000)])
    func trainees(count: Int, points: String, cents: Int) throws {
        let result = try ACI.msp(#""trainees": \#(count)"#)
        #expect(result.points(.trainees) == points)
        #expect(result.cents(.trainees) == cents)
    }

    @Test("D11: national cooperation protocols", arguments: [(1, "100", 70_000), (7, "600", 420_000)])
    func cooperationProtocols(count: Int, points: String, cents: Int) throws {
        let result = try ACI.msp(#""cooperation_protocols": \#(count)"#)
        #expect(result.points(.cooperationProtocols) == points)
        #expect(result.cents(.cooperationProtocols) == cents)
    }

    @Test("D12: information system of 13 professionals, from 1 January")
    func informationSystem() throws {
        let result = try ACI.msp(#""information_system": {"standard": true, "acquired_on": "2023-01-01"}"#)
        #expect(result.points(.informationSystem) == "3100")
        #expect(result.cents(.informationSystem) == 2_170_000)
    }

    @Test("D21: heart failure, 3000 patients")
    func heartFailure() throws {
        let result = try ACI.msp(patients: 3000, #""heart_failure_pathway": true"#)
        #expect(result.points(.heartFailure) == "75")
        #expect(result.cents(.heartFailure) == 52_500)
    }

    @Test("D22: child obesity, the single mission on that theme; off the theme 0, two missions any theme")
    func childObesity() throws {
        let single = #""public_health_missions": 1, "child_obesity": {"pathway": true, "mission_on_theme": true}"#
        #expect(try ACI.msp(single).points(.childObesity) == "100")
        #expect(try ACI.msp(single).cents(.childObesity) == 70_000)
        #expect(try ACI.msp(#""public_health_missions": 1, "child_obesity": {"pathway": true}"#).points(.childObesity) == "0")
        #expect(try ACI.msp(#""public_health_missions": 2, "child_obesity": {"pathway": true}"#).points(.childObesity) == "100")
    }
}
