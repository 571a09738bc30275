import Kernel
import Testing

@testable import KernelRuntime

@Suite("Where the bytes of files stand")
struct FilePlacesTests {
    @Test("the first place is for new files; without the setting they stay in their rows")
    func places() {
        #expect(FilePlaces("")?.places == [.rows])
        #expect(FilePlaces("database")?.places == [.rows])
        #expect(FilePlaces("folder:/srv/files/")?.places == [.folder("/srv/files")])
        #expect(FilePlaces(" rclone:s3:bucket/part  folder:/a ")?.places == [.rclone("s3:bucket/part"), .folder("/a")])
    }

    @Test(
        "a word that means nothing, or a second place of one kind, is no setting",
        arguments: [
            "folder", "folder:", "folder:/", "folder:a", "rclone:s3", "rclone::b", "rclone:-x:b", "rclone:a:b:c", "s3:b",
            "database database",
        ])
    func refused(text: String) { #expect(FilePlaces(text) == nil) }

    @Test("the path of an object is made of ids and digests alone, and only such a path means one")
    func paths() throws {
        let object = FileObject(msp: .make(), digest: Digest.sha256([1]))
        #expect(FileObject(path: object.path) == object)
        let (msp, hex) = ("\(object.msp)", Digest.hex(object.digest))
        #expect(object.path == "\(msp)/\(hex.prefix(2))/\(hex)")
        for path in [
            "\(msp)/\(hex)", "\(msp)/00/\(hex)", "x/\(hex.prefix(2))/\(hex)", "\(object.path)/x", "",
            "\(msp)/\(hex.prefix(2))/\(hex.dropLast())z",
        ] {
            #expect(FileObject(path: path) == nil, "\(path)")
        }
    }

    @Test("what rclone says is told without the moment in front")
    func said() {
        let text = """
            2026/11/28 18:40:00 ERROR : x: Post request put error: NoSuchBucket: The specified bucket does not exist
            \tstatus code: 404, request id: z3
            """
        #expect(RcloneStore.last(text) == "ERROR : x: Post request put error: NoSuchBucket: The specified bucket does not exist")
        #expect(RcloneStore.last("") == "it ended without a word")
    }
}
