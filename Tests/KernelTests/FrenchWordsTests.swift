import Kernel
import Testing

@Suite("Words as people look for them")
struct FrenchWordsTests {
    @Test("accents, case and punctuation do not count, and each word may be a beginning")
    func found() {
        #expect(FrenchWords.found("kiné", in: "Masseur·se-kinésithérapeute"))
        #expect(FrenchWords.found("regle ACI", in: "Règles de l’ACI"))
        #expect(!FrenchWords.found("therapeute", in: "Masseur·se-kinésithérapeute"))
        #expect(!FrenchWords.found("  ", in: "Réunions"))
        #expect(CodeList.meetingType.codes(matching: "rcp") == ["RCP"])
        #expect(CodeList.profession.codes(matching: "kiné") == ["PHYSIO"])
    }
}
