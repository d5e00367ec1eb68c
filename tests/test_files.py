"""What a path leads to, and what it must not lead to."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import files
from pipeline.errors import InputError
from pipeline.files import File, found, listing, locate

CONTENT = "id,text\n1,破冰\n".encode()


def zstd(content: bytes) -> bytes:
    packed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(packed, "zstd") as stream:
        stream.write(content)
    return packed.getvalue().to_pybytes()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
}
TARS = {"tar": bytes, "tgz": gzip.compress, **{f"tar.{name}": pack for name, pack in PACK.items()}}


def tarred(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member in members:
            info = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member[0])
            content = b"" if isinstance(member, tarfile.TarInfo) else member[1]
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zipped(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(CONTENT)


def content(file: File) -> bytes:
    with file.open() as plain:
        read: bytes = plain.read()
        return read


def shown(folder: Path, listed: list[File]) -> list[str]:
    return [str(file).removeprefix(f"{folder}/") for file in listed]


def test_a_file_stands_for_itself_whatever_it_is_called(tmp_path: Path):
    put(tmp_path, "LICENSE")
    (only,) = found(tmp_path / "LICENSE")
    assert (only.name, str(only), content(only)) == ("LICENSE", str(tmp_path / "LICENSE"), CONTENT)


def test_a_folder_stands_for_the_files_below_it_in_order_without_hidden_ones(tmp_path: Path):
    put(tmp_path, "b.csv", "deep/er/a.jsonl", "deep/c.PARQUET", ".hidden.csv", "deep/.DS_Store")
    (tmp_path / "folder.csv").mkdir()
    assert shown(tmp_path, list(found(tmp_path))) == ["b.csv", "deep/c.PARQUET", "deep/er/a.jsonl"]


def test_a_pattern_stands_for_the_files_it_names(tmp_path: Path):
    put(tmp_path, "b.csv", "a.csv", "a.json", "deep/c.csv")
    assert shown(tmp_path, list(found(tmp_path / "*.csv"))) == ["a.csv", "b.csv"]
    assert shown(tmp_path, list(found(tmp_path / "**" / "*.csv"))) == ["a.csv", "b.csv", "deep/c.csv"]
    assert shown(tmp_path, list(found(tmp_path / "[a]*"))) == ["a.csv", "a.json"]


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path: Path):
    put(tmp_path, "posts[1].csv")
    assert [file.name for file in found(tmp_path / "posts[1].csv")] == ["posts[1].csv"]


@pytest.mark.parametrize("name", ["none", "*.csv", "empty"])
def test_nothing_to_read_is_an_input_error_that_names_the_path(tmp_path: Path, name: str):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"(no such file or folder|nothing to read here)\.$") as caught:
        list(found(tmp_path / name))
    assert str(tmp_path / name) in str(caught.value)


def test_a_folder_without_files_lists_none(tmp_path: Path):
    put(tmp_path, "full/a.csv", "full/.hidden")
    (tmp_path / "bare").mkdir()
    assert listing(tmp_path / "bare") == listing(tmp_path / "none") == []
    assert shown(tmp_path, listing(tmp_path / "full")) == ["full/a.csv"]


@pytest.mark.parametrize("kind", PACK)
def test_a_compressed_file_is_one_file_under_its_own_name(tmp_path: Path, kind: str):
    path = tmp_path / f"2021-08-08.csv.{kind}"
    path.write_bytes(PACK[kind](CONTENT))
    (only,) = found(path)
    assert (only.name, only.suffix, content(only), content(only)) == ("2021-08-08.csv", ".csv", CONTENT, CONTENT)


@pytest.mark.parametrize("kind", [*TARS, "zip"])
def test_the_members_of_an_archive_are_files_under_their_own_names(tmp_path: Path, kind: str):
    members = [("raw/a.csv", CONTENT), ("raw/deep/2021-08-08.json", b"[]"), ("b.csv", b"")]
    path = tmp_path / f"posts.{kind}"
    if kind == "zip":
        zipped(path, *members)
    else:
        path.write_bytes(TARS[kind](tarred(*members)))
    listed = {str(file): (file.name, content(file)) for file in found(path)}
    assert listed == {f"{path}!{name}": (Path(name).name, inside) for name, inside in members}


@pytest.mark.parametrize("kind", [*TARS, "zip"])
def test_hidden_members_and_those_of_macos_are_left_out(tmp_path: Path, kind: str):
    members = [(name, CONTENT) for name in ("__MACOSX/._a.csv", "__MACOSX/a.csv", ".git/a.csv", "raw/.b.csv", "a.csv")]
    path = tmp_path / f"posts.{kind}"
    if kind == "zip":
        zipped(path, *members)
    else:
        path.write_bytes(TARS[kind](tarred(*members)))
    assert [file.member for file in found(path)] == ["a.csv"]


@pytest.mark.parametrize("name", ["../../escape.csv", "/etc/escape.csv", "a/../../escape.csv"])
@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_a_member_that_points_outside_is_read_in_place_and_written_nowhere(tmp_path: Path, name: str, kind: str):
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    path = folder / f"posts.{kind}"
    if kind == "zip":
        zipped(path, (name, CONTENT))
    else:
        path.write_bytes(tarred((name, CONTENT)))
    assert [(file.name, content(file)) for file in found(path)] == [("escape.csv", CONTENT)]
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_an_archive_lead_nowhere(tmp_path: Path, kind: bytes):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    link = tarfile.TarInfo("link.csv")
    link.type, link.linkname = kind, str(secret)
    (tmp_path / "posts.tar").write_bytes(tarred(link, ("a.csv", CONTENT)))
    assert [file.name for file in found(tmp_path / "posts.tar")] == ["a.csv"]


@pytest.mark.parametrize("kind", PACK)
def test_a_stream_that_grows_without_measure_is_an_input_error(tmp_path: Path, kind: str, monkeypatch):
    monkeypatch.setattr(files, "SMALL", 1 << 16)
    path = tmp_path / f"bomb.csv.{kind}"
    path.write_bytes(PACK[kind](bytes(16 << 20)))
    (only,) = found(path)
    with pytest.raises(InputError, match=r"bomb\.csv\.\w+: grows over 200 times when unpacked"), only.open() as plain:
        while plain.read(1 << 16):
            pass


def test_a_zip_bomb_is_an_input_error(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(files, "SMALL", 1 << 16)
    (only,) = found(zipped(tmp_path / "bomb.zip", ("a.csv", bytes(16 << 20))))
    with pytest.raises(InputError, match=r"bomb\.zip!a\.csv: grows over 200 times when unpacked"):
        content(only)


@pytest.mark.parametrize("kind", [kind for kind in TARS if kind != "tar"])
def test_a_tar_bomb_is_an_input_error(tmp_path: Path, kind: str, monkeypatch):
    monkeypatch.setattr(files, "SMALL", 1 << 16)
    path = tmp_path / f"bomb.{kind}"
    path.write_bytes(TARS[kind](tarred(*((f"{n}.csv", bytes(1 << 20)) for n in range(16)))))
    with pytest.raises(InputError, match=rf"bomb\.{kind}: grows over 200 times"):
        list(found(path))


def test_a_member_of_a_tar_that_is_too_large_to_hold_is_an_input_error(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(files, "MEMBER", 4)
    (tmp_path / "posts.tar").write_bytes(tarred(("a.csv", CONTENT)))
    with pytest.raises(InputError, match=r"posts\.tar!a\.csv: over .* MiB inside a tar archive; unpack it first\.$"):
        list(found(tmp_path / "posts.tar"))


def test_ordinary_repetitive_data_is_no_bomb(tmp_path: Path):
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(CONTENT * 100_000))
    assert len(content(next(found(path)))) == len(CONTENT) * 100_000


SILENT = {
    "gz": ["empty"],  # nothing, compressed or not, is an empty file
    "zst": ["empty", "bytes"],  # it carries no checksum
    "tar": ["half", "bytes"],  # half of it is padding, and it carries no checksum of what it holds
}


@pytest.mark.parametrize("kind", [*PACK, *TARS, "zip"])
def test_a_damaged_archive_is_an_input_error_and_nothing_else(tmp_path: Path, kind: str):
    path = tmp_path / f"posts.csv.{kind}"
    if kind == "zip":
        whole = zipped(path, ("a.csv", CONTENT * 99)).read_bytes()
    else:
        pack = (PACK | TARS)[kind]
        whole = pack(tarred(("a.csv", CONTENT * 99)) if kind in TARS else CONTENT * 99)
    damaged = bytearray(whole)
    damaged[len(whole) // 2 : len(whole) // 2 + 8] = b"\xff" * 8
    cases = {
        "half": whole[: len(whole) // 2],
        "head": whole[:12],
        "empty": b"",
        "words": b"no archive at all",
        "bytes": bytes(damaged),
    }
    silent = []
    for name, broken in cases.items():
        path.write_bytes(broken)
        try:
            for file in found(path):
                content(file)
        except InputError as error:
            assert str(path) in str(error)
            assert "\n" not in str(error)
        else:
            silent.append(name)
    assert silent == SILENT.get(kind, [])


def test_a_tar_that_was_cut_off_inside_a_member_is_an_input_error_and_never_a_shorter_file(tmp_path: Path):
    path = tmp_path / "posts.tar"
    path.write_bytes(tarred(("a.csv", CONTENT), ("b.csv", CONTENT * 99))[: 512 * 3 + 700])
    with pytest.raises(InputError, match=r"posts\.tar.*: the archive is damaged \(.*\); fetch it again\.$"):
        list(found(path))


def test_an_encrypted_zip_is_an_input_error_that_says_so(tmp_path: Path):
    path = zipped(tmp_path / "posts.zip", ("a.csv", CONTENT))
    packed = bytearray(path.read_bytes())
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    packed[packed.index(b"PK\x03\x04") + 6] |= 1
    path.write_bytes(packed)
    with pytest.raises(InputError, match=r"posts\.zip!a\.csv: encrypted; unpack the archive first\.$"):
        list(found(path))


@pytest.mark.parametrize("kind", ["csv", *TARS, "zip", *(f"csv.{kind}" for kind in PACK)])
def test_what_was_shown_is_found_again(tmp_path: Path, kind: str):
    path = tmp_path / f"a!b.{kind}"
    members = [("raw/a.csv", CONTENT), ("raw/c!d.csv", b"x")]
    if kind == "zip":
        zipped(path, *members)
    elif kind in TARS:
        path.write_bytes(TARS[kind](tarred(*members)))
    else:
        path.write_bytes(PACK[kind.removeprefix("csv.")](CONTENT) if kind != "csv" else CONTENT)
    for file in found(path):
        again = locate(str(file))
        assert (str(again), again.name, content(again)) == (str(file), file.name, content(file))


@pytest.mark.parametrize("name", ["none.csv", "posts.zip!none.csv", "none.zip!a.csv", "posts.zip!"])
def test_what_is_gone_is_an_input_error(tmp_path: Path, name: str):
    zipped(tmp_path / "posts.zip", ("a.csv", CONTENT))
    with pytest.raises(InputError, match="no such file"):
        locate(str(tmp_path / name))


def test_a_mixed_folder_of_files_and_archives_is_read_through(tmp_path: Path):
    put(tmp_path, "a.csv")
    zipped(tmp_path / "b.zip", ("x.csv", CONTENT), ("y.csv", CONTENT))
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(CONTENT))
    assert shown(tmp_path, list(found(tmp_path))) == ["a.csv", "b.zip!x.csv", "b.zip!y.csv", "c.csv.gz"]


@pytest.mark.parametrize("name", ["2021-08-08.csv", "2021-08-08.csv.gz"])
@pytest.mark.parametrize("kind", PACK)
def test_how_a_file_is_compressed_is_known_by_its_first_bytes(tmp_path: Path, kind: str, name: str):
    path = tmp_path / name
    path.write_bytes(PACK[kind](CONTENT))
    (only,) = found(path)
    assert (only.name, content(only)) == ("2021-08-08.csv", CONTENT)


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("archive", ["tar", "zip"])
def test_a_compressed_member_of_an_archive_is_read_too(tmp_path: Path, archive: str, kind: str):
    path, member = tmp_path / f"posts.{archive}", (f"raw/a.csv.{kind}", PACK[kind](CONTENT))
    if archive == "zip":
        zipped(path, member)
    else:
        path.write_bytes(tarred(member))
    (only,) = found(path)
    assert (only.name, content(only), content(locate(str(only)))) == ("a.csv", CONTENT, CONTENT)


def test_a_compressed_member_is_bounded_like_the_archive_around_it(tmp_path: Path):
    (only,) = found(zipped(tmp_path / "posts.zip", ("a.csv.gz", gzip.compress(bytes(80 << 20)))))
    with pytest.raises(InputError, match="grows over 200 times when unpacked"):
        content(only)


def test_a_zip_archive_under_another_name_is_opened_and_a_workbook_is_not(tmp_path: Path):
    assert shown(tmp_path, list(found(zipped(tmp_path / "posts", ("a.csv", CONTENT))))) == ["posts!a.csv"]
    (only,) = found(zipped(tmp_path / "posts.csv", ("[Content_Types].xml", b""), ("xl/sheet1.xml", b"")))
    assert str(only) == str(tmp_path / "posts.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "posts.tar.gz", "posts.zip"])
def test_who_watches_is_told_of_the_bytes_on_the_disk_and_of_one_reading_alone(tmp_path: Path, name: str):
    path = tmp_path / name
    inside = CONTENT * 5000
    if name.endswith("zip"):
        zipped(path, ("a.csv", inside))
    else:
        path.write_bytes(
            {"a.csv": inside, "a.csv.gz": gzip.compress(inside)}.get(name) or gzip.compress(tarred(("a.csv", inside)))
        )
    told: list[int] = []

    for file in found(path, told.append):
        content(file)  # as for a digest: not watched
        with file.open(watched=True) as stream:
            stream.read()

    assert files.size(path) == path.stat().st_size
    assert files.size(path) <= sum(told) <= 3 * files.size(path)
