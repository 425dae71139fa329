//! `GET /api/collection/owned`.

use serde_json::{Value, json};
use tests::App;

#[tokio::test(flavor = "multi_thread")]
async fn a_pressing_is_distinguished_from_other_pressings_of_the_album() {
    let app = App::start().await;
    let collector = app.collector().await;
    for album in [
        json!({"artist": "The Beatles", "album": "Revolver", "barcode": "0 77774 64412 7", "catno": "PCS 7009",
            "master_id": 45284}),
        json!({"artist": "Beatles", "album": "Revolver", "catno": "ST-2576", "master_id": 45284, "year": 1966}),
        json!({"artist": "The Beatles", "album": "Revolver (Deluxe)", "master_id": 1}),
        json!({"artist": "Miles Davis", "album": "Kind of Blue"}),
    ] {
        collector.add(album).await;
    }
    let ask = async |query: &str| collector.get(&format!("/api/collection/owned?{query}")).await.expect(200).json();
    let counts =
        |answer: &Value| ["exact", "other_pressings", "near"].map(|part| answer[part].as_array().map_or(99, Vec::len));

    assert_eq!(counts(&ask("barcode=077774644127").await), [1, 1, 0]);
    assert_eq!(counts(&ask("barcode=0-77774-64412-7").await), [1, 1, 0]);
    assert_eq!(counts(&ask("catno=st%202576").await), [1, 1, 0]);
    assert_eq!(counts(&ask("catno=st2576&artist=Miles%20Davis").await), [0, 0, 1]);
    assert_eq!(counts(&ask("artist=beatles&album=REVOLVER").await), [2, 0, 1]);
    assert_eq!(counts(&ask("barcode=4006381333931&artist=the%20beatles&album=revolver").await), [0, 2, 1]);
    assert_eq!(counts(&ask("artist=Nobody&album=Nothing").await), [0, 0, 0]);
    for (query, field) in [("", "barcode"), ("artist=x", "barcode"), ("isbn=1", "isbn")] {
        assert_eq!(collector.get(&format!("/api/collection/owned?{query}")).await.faults(), [field]);
    }
    let outsider = app.collector().await;
    let answer = outsider.get("/api/collection/owned?barcode=077774644127").await.expect(200).json();
    assert_eq!(counts(&answer), [0, 0, 0]);
}
